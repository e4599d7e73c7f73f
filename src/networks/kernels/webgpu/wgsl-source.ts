import type { Expression, Input, Parameter } from '../../../activations/expression.js'
import { generateSource } from '../../../activations/generate-source.js'
import type { DerivativeForms } from '../../../activations/operator-forms.js'
import { type Formula, isCondition, parseFormula } from '../../../activations/parse-formula.js'

/** WGSL statements that compute an expression at `x`, then the formulas of its value and derivative. */
export interface WgslSource {
  statements: string
  value: string
  derivative: string
}

/** The source of an expression for graphics cards; it calls `WGSL_FUNCTIONS`. `by`: see `generateSource`. */
export function generateWgsl(
  expression: Expression,
  forms: DerivativeForms = 'EXACT',
  by?: Input | Parameter,
): WgslSource {
  const source = generateSource(expression, { derivative: true, careful: true, forms, by })
  const lines = `${source.constants}\n${source.statements}`.split('\n').filter((line) => line !== '')
  const statements = lines.map((line) => {
    const [, name, formula] = /^const (\w+) = (.*)$/.exec(line) as RegExpExecArray
    return `let ${name} : f32 = ${translate(formula)};`
  })
  return {
    statements: statements.join('\n'),
    value: translate(source.value),
    derivative: translate(source.derivative),
  }
}

const LARGEST_FLOAT32 = 3.4028234663852886e38
const SMALLEST_FLOAT32 = 1.1754943508222875e-38

/** The formulas of `operator-forms.ts` as WGSL. */
export function translate(formula: string): string {
  return write(parseFormula(formula))
}

function write(formula: Formula): string {
  switch (formula.kind) {
    case 'NUMBER':
      return toNumber(formula.text)
    case 'NAME':
      return formula.name
    case 'CALL':
      return `act_${formula.name.replace('Math.', '')}(${formula.operands.map(write).join(', ')})`
    case 'CHOICE':
      return `select(${write(formula.no)}, ${write(formula.yes)}, ${write(formula.condition)})`
    case 'SIGNED':
      return writeSigned(formula.operator, formula.operand)
    case 'PAIR':
      return writePair(formula.operator, write(formula.left), write(formula.right))
  }
}

/** A plus sign makes a number of a condition. */
function writeSigned(operator: '-' | '+', operand: Formula): string {
  if (operator === '-') return `(-${write(operand)})`
  return isCondition(operand) ? `select(0.0, 1.0, ${write(operand)})` : write(operand)
}

function writePair(operator: string, left: string, right: string): string {
  const isComparison = /[<>=]/.test(operator)
  if (isComparison && left === right && operator.includes('=')) {
    return `${operator === '!==' ? '' : '!'}act_isNaN(${left})`
  }
  // A number is never below itself, which a compiler may not assume of NaN.
  if (isComparison && left === right) return 'false'
  return `(${left} ${isComparison ? operator.replace('==', '=') : operator} ${right})`
}

/** A float. Formulas guard the exponential of float64 at 700; in float32 the guard is at 80. */
function toNumber(token: string): string {
  if (token === '700') return '80.0'
  // A number of an expression may be outside of the range of float32, which a shader must not contain.
  if (Number(token) > LARGEST_FLOAT32) return 'uniforms.INFINITY'
  if (Number(token) < SMALLEST_FLOAT32) return '0.0'
  return /[.e]/.test(token) ? token : `${token}.0`
}
