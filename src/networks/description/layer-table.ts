import type { Field, Fields } from './fields.js'
import { NETWORK_LIMITS } from './limits.js'
import type { LayerType } from './network-description.js'

/** What one type of layer does, accepts and gives. docs/networks.md has a table of these texts. */
export interface LayerKind {
  readonly description: string
  /** Shapes that it accepts and gives, without the batch. */
  readonly input: string
  readonly output: string
  /** Whether it has weights, or layers with weights, which its name starts the names of. */
  readonly hasWeights: boolean
  readonly fields: Fields
}

const PICTURE = 'picture: height × width × channels'
const TOKENS = 'tokens: number × width'
const ANY = 'any'
const SAME = 'the same'

const count = (description: string, most: number = NETWORK_LIMITS.width): Field => ({
  kind: 'whole',
  least: 1,
  most,
  description,
})
const flag = (value: boolean, description: string): Field => ({ kind: 'flag', default: value, description })

const WINDOW: Fields = {
  kernelSize: count('height and width of the kernel', 64),
  strides: { ...count('positions from one window to the next, along both axes', 64), default: 1 },
  padding: {
    kind: 'choice',
    choices: ['same', 'valid'],
    default: 'same',
    description: '`same` adds zeros around the picture, so that strides of 1 keep its size; `valid` adds none',
  },
  bias: flag(true, 'whether a learnt number is added to each channel'),
}
const BIAS: Fields = { bias: flag(true, 'whether a learnt number is added to each unit') }
const POOL: Fields = {
  size: count('height and width of a window', 64),
  strides: {
    kind: 'whole',
    least: 1,
    most: 64,
    orNull: true,
    default: null,
    description: 'positions from one window to the next; null: the size of a window',
  },
}
const ATTENTION: Fields = {
  attention: {
    kind: 'choice',
    choices: ['softmax', 'separable'],
    default: 'softmax',
    description:
      'scaled dot products of all pairs of tokens (arXiv 1706.03762), or one context vector (arXiv 2206.02680)',
  },
  heads: { ...count('parts of the width that attend separately; 1 if the attention is separable', 64), default: 1 },
  attentionWidth: {
    kind: 'whole',
    least: 1,
    most: NETWORK_LIMITS.width,
    orNull: true,
    default: null,
    description: 'numbers in a key, and in a value; a multiple of `heads`. Null: the width of the tokens',
  },
  activatesValues: flag(false, 'whether the function under test is applied to the values'),
}

/** Every type of layer. */
export const LAYER_KINDS: Readonly<Record<LayerType, LayerKind>> = {
  conv: {
    description: 'A convolution with learnt kernels.',
    input: PICTURE,
    output: 'picture with `filters` channels',
    hasWeights: true,
    fields: { filters: count('channels of the output'), ...WINDOW },
  },
  depthwise: {
    description: 'A convolution of each channel with a kernel of its own.',
    input: PICTURE,
    output: 'picture with as many channels',
    hasWeights: true,
    fields: WINDOW,
  },
  dense: {
    description: 'A matrix product with each vector, or with each token.',
    input: 'vector, or tokens',
    output: 'vector, or tokens, of `units` numbers',
    hasWeights: true,
    fields: { units: count('numbers of the output'), ...BIAS },
  },
  activation: {
    description: 'The function under test. A network has at least one.',
    input: ANY,
    output: SAME,
    hasWeights: false,
    fields: {},
  },
  batchNorm: {
    description:
      'Batch normalisation (arXiv 1502.03167) of each channel. In inference it uses medians of the moments of recent batches.',
    input: ANY,
    output: SAME,
    hasWeights: true,
    fields: {
      initialScale: {
        kind: 'number',
        least: 0,
        most: 100,
        isAbove: true,
        default: 1,
        description: 'deviation of the outputs before training',
      },
    },
  },
  layerNorm: {
    description: 'Layer normalisation (arXiv 1607.06450) of each vector along the last axis.',
    input: ANY,
    output: SAME,
    hasWeights: true,
    fields: {},
  },
  dropout: {
    description: 'In training, sets this share of the values to 0 and scales the others up (arXiv 1207.0580).',
    input: ANY,
    output: SAME,
    hasWeights: false,
    fields: {
      rate: { kind: 'number', least: 0, most: 0.95, description: 'share of the values' },
    },
  },
  averagePool: {
    description: 'The mean of each window that lies inside the picture.',
    input: PICTURE,
    output: 'smaller picture',
    hasWeights: false,
    fields: POOL,
  },
  maxPool: {
    description: 'The greatest value of each window that lies inside the picture.',
    input: PICTURE,
    output: 'smaller picture',
    hasWeights: false,
    fields: POOL,
  },
  globalAverage: {
    description: 'The mean over all positions of a picture, or over all tokens.',
    input: 'picture, or tokens',
    output: 'vector of the channels',
    hasWeights: false,
    fields: {},
  },
  flatten: {
    description: 'All numbers as one vector.',
    input: ANY,
    output: 'vector',
    hasWeights: false,
    fields: {},
  },
  tokens: {
    description: 'Each pixel becomes a token.',
    input: PICTURE,
    output: TOKENS,
    hasWeights: false,
    fields: {},
  },
  patchEmbedding: {
    description:
      'Cuts the picture into squares and maps each to a token (arXiv 2010.11929): a convolution, then `tokens`.',
    input: PICTURE,
    output: TOKENS,
    hasWeights: true,
    fields: {
      size: count('height and width of a square; both sides of the picture are multiples of it', 64),
      width: count('numbers of a token'),
    },
  },
  positions: {
    description:
      'Adds a learnt vector to each position, so that attention can tell positions apart. The vectors start at 0.',
    input: 'tokens, or picture',
    output: SAME,
    hasWeights: true,
    fields: {},
  },
  attention: {
    description: 'Attention among tokens, with a projection back to their width. Put it into a `residual` to add it.',
    input: TOKENS,
    output: SAME,
    hasWeights: true,
    fields: ATTENTION,
  },
  transformer: {
    description:
      `Layer normalisation, attention and a perceptron with the function under test, each added to the tokens (arXiv
2010.11929).`.replace('\n', ' '),
    input: TOKENS,
    output: SAME,
    hasWeights: true,
    fields: {
      hiddenWidth: count('hidden units of the perceptron'),
      ...ATTENTION,
      parallel: flag(
        false,
        'whether attention and perceptron work side by side after one normalisation (arXiv 2302.05442), not one after the other',
      ),
    },
  },
  residual: {
    description: 'Adds its input to the output of the layers inside (arXiv 1512.03385).',
    input: ANY,
    output: 'what its layers give',
    hasWeights: true,
    fields: {
      layers: { kind: 'layers', least: 1, description: 'the layers of the branch' },
      shortcut: {
        kind: 'choice',
        choices: ['identity', 'projection', 'zeros'],
        default: 'identity',
        description:
          'what is added: the input; a learnt projection of it to the shape of the branch; or every other position with zeros as further channels',
      },
      before: {
        kind: 'layers',
        least: 0,
        default: [],
        description: 'layers before the branch and the projection that an identity skips, as in arXiv 1603.05027',
      },
    },
  },
  patchMixing: {
    description:
      'Applies its layers to the pixels at the same position of their patches (MobileViTv2, arXiv 2206.02680), then restores the picture.',
    input: PICTURE,
    output: 'picture',
    hasWeights: true,
    fields: {
      size: count('height and width of a patch; both sides of the picture are multiples of it', 64),
      layers: { kind: 'layers', least: 1, description: 'layers for tokens that keep their number' },
    },
  },
}
