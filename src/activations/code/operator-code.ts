import type { CodeTarget } from './code-target.js'

/**
 * How an operator is written in each target. `a`, `b` and `c` stand for the operands, and `x` is the input of the function.
 * Parentheses around operands are added where they are needed, and an operand that occurs twice gets a name.
 *
 * A name that starts with `_` is a helper of `helpers.ts`. In LaTeX each operand may occur only once; a name that readers may
 * not know gets a definition in `latex-definitions.ts`.
 */
export interface OperatorCode extends Readonly<Record<CodeTarget, string>> {
  /** The partial derivatives by each operand, in NumPy, the only target that cannot derive. `v` is the value. */
  readonly slopes: readonly string[]
}

/** The code of every operator of one operand, except those that are numbers or the operand itself. */
export const UNARY_CODE: Readonly<Record<string, OperatorCode>> = {
  negative: { ...everywhere('-a'), TENSORFLOW_JS: 'tf.neg(a)', slopes: ['-1'] },
  abs: { ...call('abs'), LATEX: '\\left|a\\right|', slopes: ['np.sign(a)'] },
  reciprocal: {
    ...everywhere('1 / a'),
    TENSORFLOW_JS: 'tf.reciprocal(a)',
    LATEX: '\\frac{1}{a}',
    slopes: ['-v / a'],
  },
  square: {
    ...everywhere('a ** 2'),
    TENSORFLOW: 'tf.square(a)',
    TENSORFLOW_JS: 'tf.square(a)',
    JULIA: 'a^2',
    LATEX: 'a^{2}',
    slopes: ['2 * a'],
  },
  exp: { ...call('exp'), LATEX: 'e^{a}', slopes: ['v'] },
  erf: {
    ...call('erf'),
    JAX: 'jax.scipy.special.erf(a)',
    TENSORFLOW: 'tf.math.erf(a)',
    NUMPY: 'scipy.special.erf(a)',
    JULIA: 'SpecialFunctions.erf(a)',
    slopes: ['2 / np.sqrt(np.pi) * np.exp(-a ** 2)'],
  },
  erfc: {
    ...call('erfc'),
    JAX: 'jax.scipy.special.erfc(a)',
    TENSORFLOW: 'tf.math.erfc(a)',
    NUMPY: 'scipy.special.erfc(a)',
    TENSORFLOW_JS: '_erfc(a)',
    JULIA: 'SpecialFunctions.erfc(a)',
    slopes: ['-2 / np.sqrt(np.pi) * np.exp(-a ** 2)'],
  },
  sinh: { ...call('sinh'), LATEX: '\\sinh(a)', slopes: ['np.cosh(a)'] },
  cosh: { ...call('cosh'), LATEX: '\\cosh(a)', slopes: ['np.sinh(a)'] },
  tanh: { ...call('tanh'), LATEX: '\\tanh(a)', slopes: ['1 / np.cosh(a) ** 2'] },
  expm1: { ...call('expm1'), TENSORFLOW: 'tf.math.expm1(a)', LATEX: 'e^{a} - 1', slopes: ['np.exp(a)'] },
  sigmoid: {
    ...call('sigmoid'),
    JAX: 'jax.nn.sigmoid(a)',
    NUMPY: '_sigmoid(a)',
    JULIA: 'NNlib.sigmoid(a)',
    LATEX: '\\sigma(a)',
    slopes: ['v * _sigmoid(-a)'],
  },
  log_sigmoid: {
    PYTORCH: 'F.logsigmoid(a)',
    JAX: 'jax.nn.log_sigmoid(a)',
    TENSORFLOW: 'tf.math.log_sigmoid(a)',
    NUMPY: '-np.logaddexp(0, -a)',
    TENSORFLOW_JS: 'tf.logSigmoid(a)',
    JULIA: 'NNlib.logsigmoid(a)',
    LATEX: '\\log(\\sigma(a))',
    slopes: ['_sigmoid(-a)'],
  },
  arcsinh: {
    ...call('asinh'),
    JAX: 'jnp.arcsinh(a)',
    NUMPY: 'np.arcsinh(a)',
    LATEX: '\\operatorname{arsinh}(a)',
    slopes: ['1 / np.hypot(1, a)'],
  },
  arctan: {
    ...call('atan'),
    JAX: 'jnp.arctan(a)',
    NUMPY: 'np.arctan(a)',
    LATEX: '\\arctan(a)',
    slopes: ['1 / (1 + a ** 2)'],
  },
  bessel_i0e: { ...bessel(0), slopes: ['scipy.special.i1e(a) - np.sign(a) * v'] },
  bessel_i1e: { ...bessel(1), slopes: ['_i1e_slope(a)'] },
  relu: {
    ...network('relu', 'NNlib.relu'),
    NUMPY: 'np.maximum(a, 0)',
    LATEX: '\\max(a, 0)',
    slopes: ['np.where(a > 0, 1.0, 0.0)'],
  },
  elu: {
    ...network('elu', '_elu'),
    LATEX: '\\operatorname{ELU}(a)',
    NUMPY: '_elu(a)',
    slopes: ['np.exp(np.minimum(a, 0))'],
  },
  selu: {
    ...network('selu', '_selu'),
    LATEX: '\\operatorname{SELU}(a)',
    NUMPY: '1.05070098 * np.where(a > 0, a, 1.67326324 * np.expm1(np.minimum(a, 0)))',
    slopes: ['1.05070098 * np.where(a > 0, 1, 1.67326324 * np.exp(np.minimum(a, 0)))'],
  },
  swish: {
    ...network('silu', 'NNlib.swish'),
    LATEX: '\\operatorname{SiLU}(a)',
    NUMPY: 'a * _sigmoid(a)',
    TENSORFLOW_JS: 'tf.mul(a, tf.sigmoid(a))',
    slopes: ['_sigmoid(a) + v * _sigmoid(-a)'],
  },
  softplus: {
    ...network('softplus', 'NNlib.softplus'),
    NUMPY: 'np.logaddexp(0, a)',
    LATEX: '\\log(1 + e^{a})',
    slopes: ['_sigmoid(a)'],
  },
  softsign: {
    ...network('softsign', 'NNlib.softsign', 'soft_sign'),
    LATEX: '\\operatorname{softsign}(a)',
    NUMPY: 'a / (1 + np.abs(a))',
    TENSORFLOW_JS: 'tf.div(a, tf.add(1, tf.abs(a)))',
    slopes: ['1 / (1 + np.abs(a)) ** 2'],
  },
  hard_sigmoid: {
    PYTORCH: 'torch.clamp(0.2 * a + 0.5, 0, 1)',
    JAX: 'jnp.clip(0.2 * a + 0.5, 0, 1)',
    TENSORFLOW: 'tf.clip_by_value(0.2 * a + 0.5, 0.0, 1.0)',
    NUMPY: 'np.clip(0.2 * a + 0.5, 0, 1)',
    TENSORFLOW_JS: 'tf.clipByValue(tf.add(tf.mul(0.2, a), 0.5), 0, 1)',
    JULIA: 'clamp(T(0.2) * a + T(0.5), 0, 1)',
    LATEX: '\\operatorname{clip}(0.2 \\cdot a + 0.5, 0, 1)',
    slopes: ['np.where(np.abs(a) < 2.5, 0.2, 0.0)'],
  },
  elish: {
    PYTORCH: 'F.elu(a) * torch.sigmoid(a)',
    JAX: 'jax.nn.elu(a) * jax.nn.sigmoid(a)',
    TENSORFLOW: 'tf.nn.elu(a) * tf.sigmoid(a)',
    NUMPY: '_elu(a) * _sigmoid(a)',
    TENSORFLOW_JS: 'tf.mul(tf.elu(a), tf.sigmoid(a))',
    JULIA: '_elu(a) * NNlib.sigmoid(a)',
    LATEX: '\\operatorname{ELiSH}(a)',
    slopes: ['np.exp(np.minimum(a, 0)) * _sigmoid(a) + v * _sigmoid(-a)'],
  },
  leakyrelu: {
    PYTORCH: 'F.leaky_relu(a, 0.01)',
    JAX: 'jax.nn.leaky_relu(a, 0.01)',
    TENSORFLOW: 'tf.nn.leaky_relu(a, 0.01)',
    NUMPY: 'np.where(a > 0, a, 0.01 * a)',
    TENSORFLOW_JS: 'tf.leakyRelu(a, 0.01)',
    JULIA: 'NNlib.leakyrelu(a, T(0.01))',
    LATEX: '\\operatorname{LeakyReLU}(a)',
    slopes: ['np.where(a > 0, 1.0, 0.01)'],
  },
  mish: {
    ...network('mish', 'NNlib.mish'),
    LATEX: '\\operatorname{Mish}(a)',
    TENSORFLOW: 'a * tf.tanh(tf.nn.softplus(a))',
    NUMPY: 'a * np.tanh(np.logaddexp(0, a))',
    TENSORFLOW_JS: 'tf.mul(a, tf.tanh(tf.softplus(a)))',
    slopes: ['np.tanh(np.logaddexp(0, a)) + a * _sigmoid(a) / np.cosh(np.logaddexp(0, a)) ** 2'],
  },
  gelu: {
    PYTORCH: 'F.gelu(a)',
    JAX: 'jax.nn.gelu(a, approximate=False)',
    TENSORFLOW: 'tf.nn.gelu(a, approximate=False)',
    NUMPY: 'a * scipy.special.ndtr(a)',
    TENSORFLOW_JS: 'tf.mul(tf.mul(0.5, a), _erfc(tf.mul(-Math.SQRT1_2, a)))',
    JULIA: 'a * SpecialFunctions.erfc(-a / sqrt(T(2))) / 2',
    LATEX: '\\operatorname{GELU}(a)',
    slopes: ['scipy.special.ndtr(a) + a * np.exp(-a ** 2 / 2) / np.sqrt(2 * np.pi)'],
  },
  sin: { ...call('sin'), LATEX: '\\sin(a)', slopes: ['np.cos(a)'] },
  cos: { ...call('cos'), LATEX: '\\cos(a)', slopes: ['-np.sin(a)'] },
  sinc: {
    PYTORCH: 'torch.sinc(a / math.pi)',
    JAX: 'jnp.sinc(a / jnp.pi)',
    TENSORFLOW: '_sinc(a)',
    NUMPY: 'np.sinc(a / np.pi)',
    TENSORFLOW_JS: '_sinc(a)',
    JULIA: 'sinc(a / T(pi))',
    LATEX: '\\operatorname{sinc}(a)',
    slopes: ['_sinc_slope(a)'],
  },
  sqrt: { ...call('sqrt'), JULIA: '_sqrt(a)', LATEX: '\\sqrt{a}', slopes: ['0.5 / v'] },
  cbrt: {
    PYTORCH: 'torch.sign(a) * torch.abs(a) ** (1 / 3)',
    JAX: 'jnp.cbrt(a)',
    TENSORFLOW: 'tf.sign(a) * tf.abs(a) ** (1 / 3)',
    NUMPY: 'np.cbrt(a)',
    TENSORFLOW_JS: 'tf.mul(tf.sign(a), tf.pow(tf.abs(a), 1 / 3))',
    JULIA: 'cbrt(a)',
    LATEX: '\\sqrt[3]{a}',
    slopes: ['1 / (3 * v ** 2)'],
  },
  log: { ...call('log'), TENSORFLOW: 'tf.math.log(a)', JULIA: '_log(a)', LATEX: '\\log(a)', slopes: ['1 / a'] },
  log1p: {
    ...call('log1p'),
    TENSORFLOW: 'tf.math.log1p(a)',
    JULIA: '_log1p(a)',
    LATEX: '\\log(1 + a)',
    slopes: ['1 / (1 + a)'],
  },
  sign: { ...call('sign'), LATEX: '\\operatorname{sgn}(a)', slopes: ['0'] },
  step: {
    PYTORCH: '(a >= 0).to(x.dtype)',
    JAX: 'jnp.greater_equal(a, 0).astype(x.dtype)',
    TENSORFLOW: 'tf.cast(a >= 0, x.dtype)',
    NUMPY: 'np.greater_equal(a, 0).astype(x.dtype)',
    TENSORFLOW_JS: "tf.cast(tf.greaterEqual(a, 0), 'float32')",
    JULIA: 'T(a >= 0)',
    LATEX: '[a \\geq 0]',
    slopes: ['0'],
  },
}

/** The same text in every target. */
function everywhere(template: string): Record<CodeTarget, string> {
  return {
    ...{ PYTORCH: template, JAX: template, TENSORFLOW: template, NUMPY: template },
    ...{ TENSORFLOW_JS: template, JULIA: template, LATEX: template },
  }
}

/** A function that every target has under one name. */
function call(name: string): Record<CodeTarget, string> {
  return {
    PYTORCH: `torch.${name}(a)`,
    JAX: `jnp.${name}(a)`,
    TENSORFLOW: `tf.${name}(a)`,
    NUMPY: `np.${name}(a)`,
    TENSORFLOW_JS: `tf.${name}(a)`,
    JULIA: `${name}(a)`,
    LATEX: `\\operatorname{${name}}(a)`,
  }
}

/** A function of the libraries for networks, which NumPy does not have. */
function network(name: string, julia: string, jax = name): Omit<Record<CodeTarget, string>, 'NUMPY' | 'LATEX'> {
  return {
    PYTORCH: `F.${name}(a)`,
    JAX: `jax.nn.${jax}(a)`,
    TENSORFLOW: `tf.nn.${name}(a)`,
    TENSORFLOW_JS: `tf.${name}(a)`,
    JULIA: `${julia}(a)`,
  }
}

function bessel(order: 0 | 1): Record<CodeTarget, string> {
  return {
    PYTORCH: `torch.special.i${order}e(a)`,
    JAX: `jax.scipy.special.i${order}e(a)`,
    TENSORFLOW: `tf.math.bessel_i${order}e(a)`,
    NUMPY: `scipy.special.i${order}e(a)`,
    TENSORFLOW_JS: `_besselI${order}e(a)`,
    JULIA: `SpecialFunctions.besselix(${order}, a)`,
    LATEX: `\\operatorname{i${order}e}(a)`,
  }
}
