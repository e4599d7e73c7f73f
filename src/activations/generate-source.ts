import {
  type Expression,
  formatNumber,
  type Input,
  isSameParameter,
  type Parameter,
  parametersOf,
} from './expression.js'
import type { DerivativeForms, OperatorForm } from './operator-forms.js'
import { getOperator } from './operators.js'

/** Straight-line JavaScript that computes an expression from `x`: statements, then the formulas of the results. */
export interface GeneratedSource {
  /** Statements that do not depend on `x`; they run once before a loop. */
  readonly constants: string
  readonly statements: string
  readonly value: string
  readonly derivative: string
}

/** The formulas of a node. Each is a name or a number, so it fits into any other formula. */
interface Node {
  readonly value: string
  readonly derivative: string
}

/**
 * The source of an expression. Equal formulas share one name, so each common subexpression is computed once.
 *
 * In `careful` source the product of a zero slope and an infinite slope is 0, the limit of the chain rule for a branch
 * that is not taken. In plain source it is NaN, which is faster and can be detected afterwards.
 *
 * Derivatives are exact unless `forms` is FIRST.
 *
 * Parameters have their initial values. If `by` is given, they are the names `p0`, `p1`, ... in the order of `parametersOf`,
 * and the derivative is the one by this parameter, by the input, or by none.
 */
export function generateSource(
  expression: Expression,
  want: { derivative: boolean; careful: boolean; forms?: DerivativeForms; by?: Parameter | Input | null },
): GeneratedSource {
  const slots = want.by === undefined ? null : parametersOf(expression)
  const isByInput = want.by === undefined || want.by?.kind === 'INPUT'
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
    const [a, b, c] = operands.map((operand) => operand.value)
    const scope: Record<string, string> = { a, b: b ?? '', c: c ?? '' }
    for (const [local, formula] of Object.entries(form.locals ?? {})) scope[local] = define(substitute(formula, scope))
    scope.v = define(substitute(form.value, scope))
    if (!want.derivative) return { value: scope.v, derivative: '0' }
    const slopes = want.forms === 'FIRST' ? (form.firstDerivatives ?? form.derivatives) : form.derivatives
    const terms = operands
      .map(({ derivative }, i) =>
        [slopes[i]].flat().reduce((inner, factor) => {
          return inner === '0' ? '0' : chain(define(substitute(factor, scope)), inner)
        }, derivative),
      )
      .filter((term) => term !== '0')
    return { value: scope.v, derivative: terms.length === 0 ? '0' : define(terms.join(' + ')) }
  }
  const useParameter = (node: Parameter): Node => {
    if (slots === null) return { value: define(toSourceNumber(node.initial)), derivative: '0' }
    const isWanted = want.by?.kind === 'PARAMETER' && isSameParameter(node, want.by)
    return { value: `p${slots.findIndex((slot) => isSameParameter(slot, node))}`, derivative: isWanted ? '1' : '0' }
  }
  const visit = (node: Expression): Node => {
    if (node.kind === 'INPUT') return { value: 'x', derivative: isByInput ? '1' : '0' }
    if (node.kind === 'NUMBER') return { value: define(toSourceNumber(node.value)), derivative: '0' }
    if (node.kind === 'PARAMETER') return useParameter(node)
    const operator = getOperator(node.operator)
    const operands = node.operands.map(visit)
    if (operator.arity !== 'N_ARY') return apply(operator.form, operands)
    return operands.slice(1).reduce((folded, operand) => apply(operator.form, [folded, operand]), operands[0])
  }
  const { value, derivative } = visit(expression)
  return { constants: constants.join('\n'), statements: lines.join('\n'), value, derivative }
}

/**
 * A number as source. All but the simplest have a point or an exponent, which makes them constants with a name, and tells
 * them from the numbers in the formulas of operators.
 */
function toSourceNumber(value: number): string {
  const text = formatNumber(value)
  return Number.isInteger(value) && Math.abs(value) > 1 && /^-?\d+$/.test(text) ? `${text}.0` : text
}

function isAtom(formula: string): boolean {
  return /^(?:x|[cpt]\d+|-?\d+)$/.test(formula)
}

/** Replaces the names in a formula by their formulas. */
function substitute(formula: string, scope: Readonly<Record<string, string>>): string {
  return formula.replace(/\b[a-z]\b/g, (name) => bracket(scope[name] ?? name))
}

/** A negative number gets brackets, because a sign may come before it. */
function bracket(atom: string): string {
  return atom.startsWith('-') ? `(${atom})` : atom
}
