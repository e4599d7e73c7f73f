import { compareExpressions } from '../activations/compare-expressions.js'
import { depthOf, type Expression, formatExpression, operatorsOf } from '../activations/expression.js'
import { computeIdentity, type Identity } from '../activations/identity.js'

/** A function of a space with all its spellings in the space. */
export interface SpaceClass {
  /** 64 hexadecimal digits. */
  readonly identity: string
  /** Shortest first, ties in alphabetical order. The first is the representative. */
  readonly expressions: readonly string[]
  readonly depth: number
  readonly operators: readonly string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
  /** On the 1,000 reference samples. */
  readonly outputs: Float32Array
}

/** The functions of these expressions, in the order of their identities. It takes about 30 µs for each expression. */
export function computeSpaceClasses(expressions: Iterable<Expression>): SpaceClass[] {
  const classes = new Map<string, { spellings: Map<string, Expression>; identity: Identity }>()
  for (const expression of expressions) {
    const identity = computeIdentity(expression)
    const known = classes.get(identity.id) ?? { spellings: new Map(), identity }
    known.spellings.set(formatExpression(expression), expression)
    classes.set(identity.id, known)
  }
  return [...classes.values()].map(toSpaceClass).sort((a, b) => (a.identity < b.identity ? -1 : 1))
}

function toSpaceClass({ spellings, identity }: { spellings: Map<string, Expression>; identity: Identity }): SpaceClass {
  const expressions = [...spellings.keys()].sort(compareExpressions)
  const representative = spellings.get(expressions[0]) as Expression
  return {
    identity: identity.id,
    expressions,
    depth: depthOf(representative),
    operators: operatorsOf(representative),
    isFinite: identity.isFinite,
    isConstant: identity.isConstant,
    outputs: identity.outputs,
  }
}
