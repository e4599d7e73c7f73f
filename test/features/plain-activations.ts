/** Value and derivative on one float64 number. */
export interface PlainActivation {
  value(x: number): number
  derivative(x: number): number
}

const SELU_SCALE = 1.05070098
const SELU_ALPHA = 1.67326324

/** The functions of the reference networks, written out by hand: independent of the operator table. */
export const PLAIN_ACTIVATIONS: Readonly<Record<string, PlainActivation>> = {
  'relu(x)': { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : 0) },
  'swish(x)': {
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  },
  'tanh(x)': { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
  'selu(arctan(x))': {
    value: (x) => selu(Math.atan(x)),
    derivative: (x) => (x > 0 ? SELU_SCALE : SELU_SCALE * SELU_ALPHA * Math.exp(Math.atan(x))) / (1 + x * x),
  },
  'max(erf(x),identity(x))': {
    value: (x) => Math.max(erf(x), x),
    derivative: (x) => (erf(x) > x ? erfDerivative(x) : 1),
  },
  'sub(erf(x),elu(x))': { value: (x) => erf(x) - elu(x), derivative: (x) => erfDerivative(x) - eluDerivative(x) },
  'sub(cosh(x),elu(x))': {
    value: (x) => Math.cosh(x) - elu(x),
    derivative: (x) => Math.sinh(x) - eluDerivative(x),
  },
  'zero(x)': { value: () => 0, derivative: () => 0 },
  'one(x)': { value: () => 1, derivative: () => 0 },
  'pow(x,sigmoid(x))': {
    value: (x) => x ** sigmoid(x),
    derivative: (x) => x ** sigmoid(x) * (sigmoid(x) * (1 - sigmoid(x)) * Math.log(x) + sigmoid(x) / x),
  },
  'reciprocal(relu(x))': {
    value: (x) => 1 / Math.max(x, 0),
    derivative: (x) => (x > 0 ? -1 / (x * x) : -Infinity * 0),
  },
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function elu(x: number): number {
  return x > 0 ? x : Math.expm1(x)
}

function eluDerivative(x: number): number {
  return x > 0 ? 1 : Math.exp(x)
}

function selu(x: number): number {
  return x > 0 ? SELU_SCALE * x : SELU_SCALE * SELU_ALPHA * Math.expm1(x)
}

function erfDerivative(x: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)
}

/** erf by its series of positive terms (Abramowitz & Stegun 7.1.6); beyond 6 it is 1 to the last bit of float64. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return erfDerivative(x) * sum
}
