import { getOperator } from '../operators.js'

/**
 * A part of the code: the input, a number, a parameter, or a call of an operator. Equal parts are one object, so a part that
 * is used twice can be computed once.
 */
export interface CodeNode {
  readonly id: number
  readonly kind: 'INPUT' | 'NUMBER' | 'PARAMETER' | 'CALL'
  /** Of a CALL: an operator, or a name of `special-code.ts`, or `slope NAME INDEX`. Of a NUMBER: the arithmetic it came from. */
  readonly operator: string
  readonly operands: readonly CodeNode[]
  /** The value of a NUMBER, else null. */
  readonly number: number | null
  /** Whether the input is a part of it, so that the value has the shape of the input. */
  readonly hasInput: boolean
  /** The position of a PARAMETER in the list of parameters, else -1. */
  readonly slot: number
}

/** Makes the parts of one function. */
export interface NodeBuilder {
  readonly input: CodeNode
  number(value: number): CodeNode
  parameter(slot: number): CodeNode
  /** A call, or its value if all operands are numbers, or its operand for the identity. */
  call(operator: string, operands: readonly CodeNode[]): CodeNode
  /** A call that is not simplified. */
  plainCall(operator: string, operands: readonly CodeNode[]): CodeNode
}

/** Arithmetic of numbers stays readable as long as no target computes it with integers that may overflow. */
const ARITHMETIC = new Set(['add', 'sub', 'mul', 'div', 'negative'])
const MAX_SHOWN = 1e9
const COMPARISONS = new Set(['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal'])

export function createNodeBuilder(): NodeBuilder {
  const nodes = new Map<string, CodeNode>()
  const intern = (key: string, node: Omit<CodeNode, 'id'>): CodeNode => {
    const found = nodes.get(key) ?? { ...node, id: nodes.size }
    nodes.set(key, found)
    return found
  }
  const leaf = { operator: '', operands: [], number: null, slot: -1, hasInput: false }
  const number = (value: number, operator = '', operands: readonly CodeNode[] = []) => {
    const key = [Object.is(value, -0) ? '-0' : value, operator, ...operands.map(({ id }) => id)].join(' ')
    return intern(`number ${key}`, { ...leaf, kind: 'NUMBER', operator, operands, number: value })
  }
  const plainCall = (operator: string, operands: readonly CodeNode[]) =>
    intern(`${operator}(${operands.map(({ id }) => id)})`, {
      ...{ ...leaf, kind: 'CALL', operator, operands },
      hasInput: operands.some(({ hasInput }) => hasInput),
    })
  const fold = (operator: string, operands: readonly CodeNode[], values: readonly number[]) => {
    const value = getOperator(operator).value(...values)
    const isShown =
      ARITHMETIC.has(operator) && Math.abs(value) < MAX_SHOWN && values.every((each) => Math.abs(each) < MAX_SHOWN)
    return isShown ? number(value, operator, operands) : number(value)
  }
  return {
    input: intern('input', { ...leaf, kind: 'INPUT', hasInput: true }),
    number: (value) => number(value),
    parameter: (slot) => intern(`parameter ${slot}`, { ...leaf, kind: 'PARAMETER', slot }),
    plainCall,
    call(operator, operands) {
      if (operator === 'zero') return number(0)
      if (operator === 'one') return number(1)
      if (operator === 'identity') return operands[0]
      const values = operands.map((operand) => operand.number)
      if (values.every((value) => value !== null)) return fold(operator, operands, values)
      if (operator === 'where' && values[0] !== null) return values[0] !== 0 ? operands[1] : operands[2]
      return plainCall(operator, operands)
    },
  }
}

/** The condition of a `where`: a comparison or a combination of comparisons if it is one, else whether it is not 0. */
export function toCondition(builder: NodeBuilder, node: CodeNode): CodeNode {
  if (node.kind === 'NUMBER') return node
  const { operator, operands } = node
  if (operator === 'equal' && isTruth(operands[0]) && operands[1].number === 0) {
    return builder.plainCall('not', [toCondition(builder, operands[0])])
  }
  if (COMPARISONS.has(operator)) return builder.plainCall(`is ${operator}`, operands)
  if (isTruth(node)) {
    return builder.plainCall(
      operator === 'min' ? 'and' : 'or',
      operands.map((operand) => toCondition(builder, operand)),
    )
  }
  return builder.plainCall('is not_equal', [node, builder.number(0)])
}

/** Whether the node is 1 or 0 because it is a comparison, or a minimum (and) or maximum (or) of such. */
function isTruth({ kind, operator, operands }: CodeNode): boolean {
  if (kind !== 'CALL') return false
  return COMPARISONS.has(operator) || ((operator === 'min' || operator === 'max') && operands.every(isTruth))
}
