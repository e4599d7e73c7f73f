import { COMPARISON_FORMS, LATER_UNARY_FORMS, TERNARY_FORMS } from './later-operator-forms.js'
import { ACTBENCH_UNARY_FORMS, BINARY_FORMS, type OperatorForm, OTHER_UNARY_FORMS } from './operator-forms.js'
import { compileOperator } from './operator-functions.js'

export type Arity = 'UNARY' | 'BINARY' | 'TERNARY' | 'N_ARY'

/** The least and the largest number of operands that an operator takes. */
export function operandCounts(arity: Arity): { readonly least: number; readonly most: number } {
  return OPERAND_COUNTS[arity]
}

const OPERAND_COUNTS = {
  UNARY: { least: 1, most: 1 },
  BINARY: { least: 2, most: 2 },
  TERNARY: { least: 3, most: 3 },
  N_ARY: { least: 1, most: Number.POSITIVE_INFINITY },
} as const satisfies Record<Arity, object>

/** An operator of the expression language. */
export interface Operator {
  readonly name: string
  readonly arity: Arity
  /** A formula in plain text of `x`, of `x` and `y`, of `x`, `y` and `z`, or of `x1, x2, ...`. */
  readonly definition: string
  /** Whether it belongs to the search space of the Act-Bench datasets. */
  readonly inActBench: boolean
  /** Whether placeholders of schemas stand for it. They do not stand for operators that came later than version 1. */
  readonly fillsPlaceholders: boolean
  /** The value at the operands: one for UNARY, two for BINARY, three for TERNARY, one or more for N_ARY. */
  readonly value: (...operands: number[]) => number
  /** The partial derivatives by each operand. At a kink, the derivative of one side. */
  readonly derivatives: (...operands: number[]) => number[]
  /** The formulas from which loops are generated. An N_ARY operator folds its operands from the left with a binary operator. */
  readonly form: OperatorForm
}

/** Every operator, in the order of the documentation: unary (Act-Bench's 27 first), binary, ternary, n-ary. */
export const OPERATORS: readonly Operator[] = [
  ...createOperators('UNARY', ACTBENCH_UNARY_FORMS, { inActBench: true, fillsPlaceholders: true }),
  ...createOperators('UNARY', OTHER_UNARY_FORMS, { inActBench: false, fillsPlaceholders: true }),
  ...createOperators('UNARY', LATER_UNARY_FORMS, { inActBench: false, fillsPlaceholders: false }),
  ...createOperators('BINARY', BINARY_FORMS, { inActBench: true, fillsPlaceholders: true }),
  ...createOperators('BINARY', COMPARISON_FORMS, { inActBench: false, fillsPlaceholders: false }),
  ...createOperators('TERNARY', TERNARY_FORMS, { inActBench: false, fillsPlaceholders: false }),
  createFold('sum_n', 'x1 + x2 + ...', BINARY_FORMS.add),
  createFold('prod_n', 'x1 * x2 * ...', BINARY_FORMS.mul),
  createFold('max_n', 'the greatest of x1, x2, ...', BINARY_FORMS.max),
  createFold('min_n', 'the least of x1, x2, ...', BINARY_FORMS.min),
]

const BY_NAME: ReadonlyMap<string, Operator> = new Map(OPERATORS.map((operator) => [operator.name, operator]))

/** The operator of that name; null if missing. */
export function findOperator(name: string): Operator | null {
  return BY_NAME.get(name) ?? null
}

/** The operator of a name from a parsed expression; throws a plain Error for any other name. */
export function getOperator(name: string): Operator {
  const operator = BY_NAME.get(name)
  if (operator === undefined) throw new Error(`operator: there is no operator named ${name}`)
  return operator
}

function createOperators(
  arity: Arity,
  forms: Readonly<Record<string, OperatorForm>>,
  spaces: Pick<Operator, 'inActBench' | 'fillsPlaceholders'>,
): Operator[] {
  return Object.entries(forms).map(([name, form]) => ({
    name,
    arity,
    definition: form.definition,
    ...spaces,
    ...compileOperator(form),
    form,
  }))
}

function createFold(name: string, definition: string, form: OperatorForm): Operator {
  const pair = compileOperator(form)
  const value = (first: number, ...rest: number[]) => rest.reduce((a, b) => pair.value(a, b), first)
  const derivatives = (first: number, ...rest: number[]) => {
    let folded = first
    let slopes = [1]
    for (const operand of rest) {
      const [left, right] = pair.derivatives(folded, operand)
      slopes = [...slopes.map((slope) => (left === 0 ? 0 : slope * left)), right]
      folded = pair.value(folded, operand)
    }
    return slopes
  }
  return { name, arity: 'N_ARY', definition, inActBench: false, fillsPlaceholders: true, value, derivatives, form }
}
