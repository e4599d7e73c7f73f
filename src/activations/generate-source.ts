import type { Expression } from './expression.js'
import type { OperatorForm } from './operator-forms.js'
import { getOperator } from './operators.js'

/** Straight-line JavaScript that computes an expression from `x`: statements, then the formulas of the results. */
export interface GeneratedSource {
  /** Statements that do not depend on `x`, to be run once before a loop. */
  readonly constants: string
  readonly statements: string
  readonly value: string
  readonly derivative: string
}

/** What is known of a node: formulas that are a name or a number, so that they may stand anywhere. */
interface Node {
  readonly value: string
  readonly derivative: string
}

/**
 * The source of an expression, each common subexpression computed once: equal formulas get one name.
 *
 * `careful` source takes the product of a zero slope and an infinite one as 0, as the chain rule's limit has it where a
 * branch is not taken; plain source lets it be NaN, which is faster and can be seen afterwards.
 */
export function generateSource(
  expression: Expression,
  want: { derivative: boolean; careful: boolean },
): GeneratedSource {
  const names = new Map<string, string>()
  const constants: string[] = []
  const lines: string[] = []
  const define = (formula: string): string => {
    if (isAtom(formula)) return formula
    const known = names.get(formula)
    if (known !== undefined) return known
    const isConstant = !/\b(?:x|t\d+)\b/.test(formula)
    const name = `${isConstant ? 'c' : 't'}${names.size}`
    names.set(formula, name)
    ;(isConstant ? constants : lines).push(`const ${name} = ${formula}`)
    return name
  }
  const chain = (slope: string, inner: string): string => {
    if (slope === '0' || inner === '0') return '0'
    if (slope === '1') return inner
    if (inner === '1') return slope
    if (slope === '-1') return define(`-${bracket(inner)}`)
    return define(want.careful ? `${slope} === 0 || ${inner} === 0 ? 0 : ${slope} * ${inner}` : `${slope} * ${inner}`)
  }
  const apply = (form: OperatorForm, operands: Node[]): Node => {
    const scope: Record<string, string> = { a: operands[0].value, b: operands[1]?.value ?? '' }
    for (const [local, formula] of Object.entries(form.locals ?? {})) scope[local] = define(substitute(formula, scope))
    scope.v = define(substitute(form.value, scope))
    if (!want.derivative) return { value: scope.v, derivative: '0' }
    const terms = operands
      .map(({ derivative }, i) =>
        derivative === '0' ? '0' : chain(define(substitute(form.derivatives[i], scope)), derivative),
      )
      .filter((term) => term !== '0')
    return { value: scope.v, derivative: terms.length === 0 ? '0' : define(terms.join(' + ')) }
  }
  const visit = (node: Expression): Node => {
    if (node.kind === 'INPUT') return { value: 'x', derivative: '1' }
    const operator = getOperator(node.operator)
    const operands = node.operands.map(visit)
    if (operator.arity !== 'N_ARY') return apply(operator.form, operands)
    return operands.slice(1).reduce((folded, operand) => apply(operator.form, [folded, operand]), operands[0])
  }
  const { value, derivative } = visit(expression)
  return { constants: constants.join('\n'), statements: lines.join('\n'), value, derivative }
}

function isAtom(formula: string): boolean {
  return /^(?:x|[ct]\d+|-?\d+)$/.test(formula)
}

/** Puts what the names of a formula stand for in their place. */
function substitute(formula: string, scope: Readonly<Record<string, string>>): string {
  return formula.replace(/\b[a-z]\b/g, (name) => bracket(scope[name] ?? name))
}

/** A negative number needs brackets, since a sign may come before it. */
function bracket(atom: string): string {
  return atom.startsWith('-') ? `(${atom})` : atom
}
