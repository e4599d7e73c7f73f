import type { CodeTarget } from './code-target.js'

/** The same text in every target. */
export function everywhere(template: string): Record<CodeTarget, string> {
  return {
    ...{ PYTORCH: template, JAX: template, TENSORFLOW: template, NUMPY: template },
    ...{ TENSORFLOW_JS: template, JULIA: template, LATEX: template },
  }
}

/** A function that every target has under one name. */
export function call(name: string): Record<CodeTarget, string> {
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
export function network(name: string, julia: string, jax = name): Omit<Record<CodeTarget, string>, 'NUMPY' | 'LATEX'> {
  return {
    PYTORCH: `F.${name}(a)`,
    JAX: `jax.nn.${jax}(a)`,
    TENSORFLOW: `tf.nn.${name}(a)`,
    TENSORFLOW_JS: `tf.${name}(a)`,
    JULIA: `${julia}(a)`,
  }
}

/** A scaled modified Bessel function of the first kind. */
export function bessel(order: 0 | 1): Record<CodeTarget, string> {
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
