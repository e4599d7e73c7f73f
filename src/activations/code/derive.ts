import type { CodeNode, NodeBuilder } from './code-node.js'
import { templateOf } from './write-statements.js'

/**
 * The derivative of a node, by the input if `by` is null, or by a parameter. A `where`, a maximum and a minimum choose the
 * derivative of the operand that they choose. If `isCareful`, a slope of 0 times an infinite slope is 0.
 */
export function derive(builder: NodeBuilder, root: CodeNode, by: CodeNode, isCareful: boolean): CodeNode {
  const zero = builder.number(0)
  const one = builder.number(1)
  const known = new Map<CodeNode, CodeNode>([[by, one]])
  const visit = (node: CodeNode): CodeNode => {
    const found = known.get(node) ?? compute(node)
    known.set(node, found)
    return found
  }
  const compute = (node: CodeNode): CodeNode => {
    if (node.kind !== 'CALL') return zero
    const { operator, operands } = node
    const [a, b, c] = operands
    switch (operator) {
      case 'where':
        return choose(a, visit(b), visit(c))
      case 'max':
        return choose(builder.plainCall('is greater_equal', [a, b]), visit(a), visit(b))
      case 'min':
        return choose(builder.plainCall('is less_equal', [a, b]), visit(a), visit(b))
      case 'clip': {
        const isInside = [builder.plainCall('is greater', [a, b]), builder.plainCall('is less_equal', [a, c])]
        return choose(builder.plainCall('and', isInside), visit(a), zero)
      }
      case 'div':
        // A number stays a divisor: a slope such as 1 / 0 would be an error of Python.
        if (b.number !== null) return visit(a).number === 0 ? zero : builder.call('div', [visit(a), b])
        break
    }
    return operands.map((operand, k) => multiply(slopeOf(node, k), visit(operand))).reduce(add, zero)
  }
  const choose = (condition: CodeNode, yes: CodeNode, no: CodeNode) =>
    yes === no ? yes : builder.plainCall('where', [condition, yes, no])
  const slopeOf = (node: CodeNode, k: number): CodeNode => {
    const slope = builder.plainCall(`slope ${node.operator} ${k}`, [...node.operands, node])
    const template = templateOf('NUMPY', slope)
    if (template === 'v') return node
    if (template === 'a' || template === 'b') return node.operands['ab'.indexOf(template)]
    return /^-?\d+$/.test(template) ? builder.number(Number(template)) : slope
  }
  const multiply = (slope: CodeNode, inner: CodeNode): CodeNode => {
    if (slope.number === 0 || inner.number === 0) return zero
    if (slope.number === 1) return inner
    if (inner.number === 1) return slope
    if (slope.number === -1) return builder.call('negative', [inner])
    const isSafe = slope.number !== null || inner.number !== null
    return isCareful && !isSafe ? builder.plainCall('chain', [slope, inner]) : builder.call('mul', [slope, inner])
  }
  const add = (sum: CodeNode, term: CodeNode): CodeNode => {
    if (sum.number === 0) return term
    return term.number === 0 ? sum : builder.call('add', [sum, term])
  }
  return visit(root)
}
