import type { CodeTarget } from './code-target.js'

/** Functions that a framework lacks, by target and name. A text that uses a name gets its definition. */
const HELPERS: Readonly<Partial<Record<CodeTarget, Readonly<Record<string, string>>>>> = {
  PYTORCH: {
    _pow: `def _pow(base, exponent):
    """base ** exponent; its slope by the exponent is 0, not NaN, where the base is not positive."""
    base, exponent = torch.broadcast_tensors(torch.as_tensor(base), torch.as_tensor(exponent))
    positive = torch.where(base > 0, base, 1.0) ** exponent
    other = torch.where(base > 0, -1.0, base) ** torch.where(base > 0, 1.0, exponent.detach())
    return torch.where(base > 0, positive, other)`,
  },
  JAX: {
    _pow: `def _pow(base, exponent):
    """base ** exponent; its slope by the exponent is 0, not NaN, where the base is not positive."""
    positive = jnp.where(base > 0, base, 1.0) ** exponent
    other = jnp.where(base > 0, -1.0, base) ** jnp.where(base > 0, 1.0, jax.lax.stop_gradient(exponent))
    return jnp.where(base > 0, positive, other)`,
  },
  TENSORFLOW: {
    _sinc: `def _sinc(x):
    """sin(x) / x, and 1 at 0."""
    divisor = tf.where(tf.abs(x) < 0.1, tf.ones_like(x), x)
    near = 1 - x ** 2 / 6 * (1 - x ** 2 / 20 * (1 - x ** 2 / 42 * (1 - x ** 2 / 72)))
    return tf.where(tf.abs(x) < 0.1, near, tf.sin(divisor) / divisor)`,
  },
  NUMPY: {
    _sigmoid: `def _sigmoid(x):
    """1 / (1 + exp(-x)) without overflow."""
    return np.exp(-np.logaddexp(0, -x))`,
    _elu: `def _elu(x):
    """x for x > 0, else exp(x) - 1."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))`,
    _sinc_slope: `def _sinc_slope(x):
    """The derivative of sin(x) / x."""
    divisor = np.where(np.abs(x) < 0.1, 1, x)
    far = (np.cos(divisor) - np.sin(divisor) / divisor) / divisor
    near = -x / 3 * (1 - x ** 2 / 10 * (1 - x ** 2 / 28 * (1 - x ** 2 / 54)))
    return np.where(np.abs(x) < 0.1, near, far)`,
    _i1e_slope: `def _i1e_slope(x):
    """The derivative of scipy.special.i1e."""
    divisor = np.where(x == 0, 1, x)
    slope = scipy.special.i0e(x) - scipy.special.i1e(x) * (np.sign(x) + 1 / divisor)
    return np.where(x == 0, 0.5, slope)`,
    _log_or_zero: `def _log_or_zero(x):
    """log(x), and 0 for an x that is not positive."""
    return np.log(np.where(x > 0, x, 1))`,
    _chain: `def _chain(slope, inner):
    """slope * inner; 0 if one of them is 0, even if the other is infinite."""
    return np.where((slope == 0) | (inner == 0), 0, slope * inner)`,
  },
  TENSORFLOW_JS: {
    _condition: `/** A comparison or a combination of comparisons, which have no gradients in TensorFlow.js, with the gradient 0. */
function _condition(test, ...operands) {
  const tensors = operands.map((operand) => (typeof operand === 'number' ? tf.scalar(operand) : operand))
  const gradFunc = () => tensors.map((tensor) => tf.zeros(tensor.shape))
  return tf.customGrad((...values) => ({ value: test(...values.slice(0, tensors.length)), gradFunc }))(...tensors)
}`,
    _erfc: `/** 1 - erf(x), accurate in the right tail (Numerical Recipes, erfcc). */
function _erfc(x) {
  const t = tf.div(1, tf.add(1, tf.mul(0.5, tf.abs(x))))
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ]
  const sum = coefficients.reduce((value, coefficient) => tf.add(coefficient, tf.mul(t, value)), 0)
  const tail = tf.mul(t, tf.exp(tf.sub(sum, tf.square(x))))
  return tf.where(_condition(tf.greaterEqual, x, 0), tail, tf.sub(2, tail))
}`,
    _sinc: `/** sin(x) / x, and 1 at 0. */
function _sinc(x) {
  const isNear = _condition(tf.less, tf.abs(x), 0.1)
  const divisor = tf.where(isNear, tf.onesLike(x), x)
  const near = _polynomial(tf.square(x), [1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1])
  return tf.where(isNear, near, tf.div(tf.sin(divisor), divisor))
}`,
    _polynomial: `/** The polynomial with these coefficients, the highest power first. */
function _polynomial(x, coefficients) {
  return coefficients.reduce((value, coefficient) => tf.add(coefficient, tf.mul(x, value)), 0)
}`,
    _besselI0e: `/** exp(-|x|) I0(x), I0 the modified Bessel function (Abramowitz & Stegun 9.8.1 and 9.8.2). */
function _besselI0e(x) {
  const a = tf.abs(x)
  const y = tf.square(tf.div(tf.minimum(a, 3.75), 3.75))
  const near = _polynomial(y, [0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1])
  const b = tf.maximum(a, 3.75)
  const far = _polynomial(tf.div(3.75, b), [
    0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319, 0.01328592, 0.39894228,
  ])
  return tf.where(_condition(tf.less, a, 3.75), tf.mul(tf.exp(tf.neg(tf.minimum(a, 3.75))), near), tf.div(far, tf.sqrt(b)))
}`,
    _besselI1e: `/** exp(-|x|) I1(x), I1 the modified Bessel function (Abramowitz & Stegun 9.8.3 and 9.8.4). */
function _besselI1e(x) {
  const a = tf.abs(x)
  const c = tf.clipByValue(x, -3.75, 3.75)
  const y = tf.square(tf.div(c, 3.75))
  const near = _polynomial(y, [0.00032411, 0.00301532, 0.02658733, 0.15084934, 0.51498869, 0.87890594, 0.5])
  const b = tf.maximum(a, 3.75)
  const far = _polynomial(tf.div(3.75, b), [
    -0.00420059, 0.01787654, -0.02895312, 0.02282967, -0.01031555, 0.00163801, -0.00362018, -0.03988024, 0.39894228,
  ])
  return tf.where(
    _condition(tf.less, a, 3.75),
    tf.mul(tf.mul(c, tf.exp(tf.neg(tf.abs(c)))), near),
    tf.mul(tf.sign(x), tf.div(far, tf.sqrt(b))),
  )
}`,
  },
  JULIA: {
    _elu: '_elu(x) = x > 0 ? x : expm1(x)',
    _selu: '_selu(x) = oftype(x, 1.05070098) * (x > 0 ? x : oftype(x, 1.67326324) * expm1(x))',
    _sqrt: '_sqrt(x) = x < 0 ? oftype(x, NaN) : sqrt(x)',
    _log: '_log(x) = x < 0 ? oftype(x, NaN) : log(x)',
    _log1p: '_log1p(x) = x < -1 ? oftype(x, NaN) : log1p(x)',
    _pow: '_pow(x, y) = x < 0 && !isinteger(y) ? oftype(x * y, NaN) : x^y',
  },
}

/** The definitions of the helpers that a text uses, also through other helpers, in the order of the table. */
export function listHelpers(target: CodeTarget, text: string): string[] {
  const helpers = HELPERS[target] ?? {}
  const used = new Set<string>()
  const waiting = [text]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, definition] of Object.entries(helpers)) {
      if (used.has(name) || !next.includes(`${name}(`)) continue
      used.add(name)
      waiting.push(definition)
    }
  }
  return Object.entries(helpers).flatMap(([name, definition]) => (used.has(name) ? [definition] : []))
}

/** The names of all helpers of a target, which the code of a function must not use for something else. */
export function helperNames(target: CodeTarget): string[] {
  return Object.keys(HELPERS[target] ?? {})
}
