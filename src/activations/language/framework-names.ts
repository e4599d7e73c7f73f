import { type AliasRow, readAliases } from './alias.js'
import { GELU_TANH, HARD_SIGMOID_6 } from './known-names.js'

type Framework = 'torch' | 'jax' | 'tf' | 'keras' | 'numpy'

/** What may stand before the last point of a name. `nn` and `F` are those of PyTorch. */
export const PREFIXES: Readonly<Record<Framework, string>> = {
  torch: 'torch torch.nn torch.nn.functional torch.special nn nn.functional F functional',
  jax: 'jax.nn jax.numpy jnp jax.lax lax jax.scipy.special jax.numpy.linalg flax.linen flax.nnx nnx',
  tf: 'tf tf.nn tf.math tf.math.special tf.experimental.numpy tensorflow tensorflow.nn tensorflow.math',
  keras:
    'keras.activations keras.layers keras.ops tf.keras.activations tf.keras.layers tensorflow.keras.activations tensorflow.keras.layers activations',
  numpy: 'np numpy math scipy.special special sp.special',
}

/** The same in all frameworks, but another name or other keywords than the operator. */
const WITH_PREFIX: readonly AliasRow[] = [
  [
    'clip clip_by_value',
    'x, a_min|min|min_value|clip_value_min=None, a_max|max|max_value|clip_value_max=None',
    {
      'a_min=None,a_max=None': 'x',
      'a_max=None': 'max(x,a_min)',
      'a_min=None': 'min(x,a_max)',
      '': 'clip(x,a_min,a_max)',
    },
  ],
  ['select', 'condition, x, y', 'where(condition,x,y)'],
  ['relu', 'x, inplace=False', 'relu(x)'],
  ['selu', 'x, inplace=False', 'selu(x)'],
  ['mish', 'x, inplace=False', 'mish(x)'],
]
/** sinc of these frameworks is sin(pi x) / (pi x). */
const NORMALISED_SINC: AliasRow = ['sinc', 'x', 'sinc(pi*x)']
const HARD_SIGMOID: AliasRow = ['hard_sigmoid hardsigmoid Hardsigmoid', 'x, inplace=False', HARD_SIGMOID_6]
const GELU_BY_FLAG: Readonly<Record<string, string>> = { 'approximate=False': 'gelu(x)', 'approximate=True': GELU_TANH }
const LEAKY: Readonly<Record<string, string>> = {
  'negative_slope=0.01': 'leakyrelu(x)',
  '': 'where(x>0,x,negative_slope*x)',
}
const KERAS_RELU: Readonly<Record<string, string>> = {
  'negative_slope=0,max_value=None,threshold=0': 'relu(x)',
  'max_value=None,threshold=0': 'where(x>0,x,negative_slope*x)',
  'negative_slope=0,threshold=0': 'clip(x,0,max_value)',
  'max_value=None': 'where(x>=threshold,x,negative_slope*(x-threshold))',
  '': 'where(x>=max_value,max_value,where(x>=threshold,x,negative_slope*(x-threshold)))',
}

/** Where a framework differs from the operators and names of the language. */
export const DIFFERENCES = {
  torch: readAliases([...WITH_PREFIX, NORMALISED_SINC, HARD_SIGMOID]),
  jax: readAliases([...WITH_PREFIX, NORMALISED_SINC, HARD_SIGMOID, ['gelu', 'x, approximate=True', GELU_BY_FLAG]]),
  tf: readAliases([
    ...WITH_PREFIX,
    NORMALISED_SINC,
    ['leaky_relu', 'x|features, negative_slope|alpha=0.2', LEAKY],
    ['gelu', 'x|features, approximate=False', GELU_BY_FLAG],
  ]),
  keras: readAliases([
    ...WITH_PREFIX,
    ['hard_sigmoid', 'x', 'hard_sigmoid(x)'],
    ['gelu', 'x, approximate=False', GELU_BY_FLAG],
    ['leaky_relu', 'x, negative_slope|alpha=0.2', LEAKY],
    ['LeakyReLU', 'x, negative_slope|alpha=0.3', LEAKY],
    ['relu', 'x, negative_slope|alpha=0, max_value=None, threshold=0', KERAS_RELU],
    ['ReLU', 'x, max_value=None, negative_slope=0, threshold=0', KERAS_RELU],
  ]),
  numpy: readAliases([...WITH_PREFIX, NORMALISED_SINC]),
} as const satisfies Record<Framework, unknown>

const FRAMEWORKS: ReadonlyMap<string, Framework> = new Map(
  (Object.keys(PREFIXES) as Framework[]).flatMap((framework) =>
    PREFIXES[framework].split(' ').map((prefix): [string, Framework] => [prefix, framework]),
  ),
)

/** The names of a framework that differ from the language, by prefix such as `torch.nn`; null for an unknown prefix. */
export function findFrameworkNames(prefix: string): (typeof DIFFERENCES)[Framework] | null {
  const framework = FRAMEWORKS.get(prefix)
  return framework === undefined ? null : DIFFERENCES[framework]
}
