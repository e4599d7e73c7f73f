import { cosh, exp, expm1, gaussian, negativePart, positivePart, sinh } from './functions/exponential.js'
import { arcsinh, arctan, log, log1p, log1pUpTo1 } from './functions/logarithm.js'
import { pow, powBaseFactor, powBaseRest, powSlopeByBase, powSlopeByExponent } from './functions/power.js'
import { cbrt } from './functions/roots.js'
import {
  besselI0e,
  besselI0eSlope,
  besselI1e,
  besselI1eSlope,
  erfcFrom,
  erfFrom,
  scaledErfc,
} from './functions/special-functions.js'
import { cos, sin, sinc, sincSlope } from './functions/trigonometric.js'
import type { OperatorForm } from './operator-forms.js'
import { operatorSource } from './operator-source.js'

/** The functions that formulas may call, by name. */
const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  arcsinh,
  arctan,
  besselI0e,
  besselI0eSlope,
  besselI1e,
  besselI1eSlope,
  cbrt,
  cos,
  cosh,
  erfcFrom,
  erfFrom,
  exp,
  expm1,
  gaussian,
  log,
  log1p,
  log1pUpTo1,
  negativePart,
  positivePart,
  pow,
  powBaseFactor,
  powBaseRest,
  powSlopeByBase,
  powSlopeByExponent,
  scaledErfc,
  sin,
  sinc,
  sincSlope,
  sinh,
}

/**
 * Runs a function body that consists of formulas of `operator-forms.ts` and returns its result. The body can call the
 * functions above. Callers pass only text of this folder, never text of a client.
 */
export function createFromSource<Result>(body: string): Result {
  return new Function(...Object.keys(FUNCTIONS), `'use strict'\n${body}`)(...Object.values(FUNCTIONS)) as Result
}

/** The value and the partial derivatives of one operator, as functions of its operands. */
export function compileOperator(form: OperatorForm): {
  value: (...operands: number[]) => number
  derivatives: (...operands: number[]) => number[]
} {
  const value = createFromSource<(...operands: number[]) => number>(`return ${operatorSource(form).value}`)
  const factors = compileFactors(form)
  return { value, derivatives: (...operands) => factors(...operands).map(([first, second = 1]) => first * second) }
}

/** The factors of the partial derivatives of one operator, see `Slope`. */
export function compileFactors(form: OperatorForm): (...operands: number[]) => number[][] {
  return createFromSource(`return ${operatorSource(form).factors}`)
}
