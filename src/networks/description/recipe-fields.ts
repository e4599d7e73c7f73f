import { type Field, type Fields, readFields } from './fields.js'
import { refuseValue } from './refuse-value.js'

const MINI = 'the Mini datasets ([mini-recipes.md](lab/mini-recipes.md))'
const PUBLISHED = 'the recipes of act-bench-cnn and act-bench-resnet'

/** Keys of `decay`. */
export const DECAY_FIELDS: Fields = {
  factor: {
    kind: 'number',
    least: 0,
    most: 1,
    isAbove: true,
    description: 'multiplies the learning rate after each of these epochs',
  },
  afterEpochs: {
    kind: 'own',
    expected: 'a list of 1 to 100 whole numbers',
    read: readEpochs,
    description: 'numbers of epochs, each smaller than `epochs`',
    unit: 'epochs',
  },
}

/** Keys of `augmentation`. */
export const AUGMENTATION_FIELDS: Fields = {
  margin: {
    kind: 'whole',
    least: 0,
    most: 64,
    description: 'zeros around a picture; a random window of its size is cut from the result',
    unit: 'pixels',
  },
  mirrors: {
    kind: 'flag',
    default: false,
    description: 'whether each picture is mirrored left to right with probability one half',
  },
}

const clipNorm = (value: number, source: string): Field => ({
  kind: 'number',
  least: 0,
  most: 1e6,
  isAbove: true,
  orNull: true,
  default: value,
  description: 'greatest Euclidean norm of the whole gradient (arXiv 1211.5063); null: any',
  source,
})
const weightDecay = (description: string): Field => ({
  kind: 'number',
  least: 0,
  most: 1,
  default: 0,
  description,
  source: 'none, so that a recipe asks for it',
})

/** Keys of `optimizer` with `"type": "adam"`. */
export const ADAM_FIELDS: Fields = {
  type: { kind: 'choice', choices: ['adam'], description: 'Adam (arXiv 1412.6980)' },
  beta1: {
    kind: 'number',
    least: 0,
    most: 0.9999,
    default: 0.9,
    description: 'share of the mean gradient that a step keeps',
    source: 'arXiv 1412.6980',
  },
  beta2: {
    kind: 'number',
    least: 0,
    most: 0.999999,
    default: 0.99,
    description: 'share of the mean squared gradient that a step keeps',
    source: MINI,
  },
  epsilon: {
    kind: 'number',
    least: 0,
    most: 1,
    isAbove: true,
    default: 1e-7,
    description: 'added to the root of the mean squared gradient',
    source: MINI,
  },
  clipNorm: clipNorm(1, MINI),
  weightDecay: weightDecay('decoupled weight decay for each unit of learning rate (arXiv 1711.05101)'),
}

/** Keys of `optimizer` with `"type": "momentum"`. */
export const MOMENTUM_FIELDS: Fields = {
  type: { kind: 'choice', choices: ['momentum'], description: 'stochastic gradient descent with momentum' },
  momentum: {
    kind: 'number',
    least: 0,
    most: 0.9999,
    default: 0.9,
    description: 'share of the last step that the next one keeps',
    source: PUBLISHED,
  },
  clipNorm: clipNorm(5, PUBLISHED),
  weightDecay: weightDecay('L2 penalty that is added to the gradient'),
}

/** Keys of a recipe. */
export const RECIPE_FIELDS: Fields = {
  epochs: { kind: 'whole', least: 1, most: 10_000, description: 'passes over the training data', unit: 'epochs' },
  batchSize: {
    kind: 'whole',
    least: 1,
    most: 16_384,
    description: 'inputs of a step; inputs that do not fill a batch wait for another epoch',
    unit: 'inputs',
  },
  learningRate: {
    kind: 'number',
    least: 0,
    most: 1000,
    isAbove: true,
    description: 'highest learning rate: the rate rises to it during `warmUpSteps`, then it falls',
  },
  warmUpSteps: {
    kind: 'whole',
    least: 0,
    most: 1_000_000,
    default: 64,
    description: 'steps in which the learning rate rises linearly',
    unit: 'steps',
    source: MINI,
  },
  decay: {
    kind: 'own',
    expected: 'an object with factor and afterEpochs, or null',
    read: (value, place) => (value === null ? null : readFields(value, DECAY_FIELDS, place)),
    default: null,
    description: 'how the learning rate falls in steps; null: to zero along half a cosine (arXiv 1608.03983)',
    source: MINI,
  },
  optimizer: {
    kind: 'own',
    expected: 'an object with the type adam or momentum',
    read: readOptimizer,
    default: { type: 'adam' },
    description: 'how weights follow gradients',
    source: MINI,
  },
  gain: {
    kind: 'number',
    least: 0,
    most: 100,
    isAbove: true,
    default: 0.5,
    description: 'variance of initial kernels times the number of inputs of a unit',
    source: `${MINI}: with 1, steep functions diverge`,
  },
  restarts: {
    kind: 'whole',
    least: 0,
    most: 10,
    default: 3,
    description:
      'how often a training that diverges in its first epoch starts again, each time with kernels half as large',
    source: MINI,
  },
  rateHalvings: {
    kind: 'whole',
    least: 0,
    most: 10,
    default: 0,
    description:
      'how often a training that diverges may halve its learning rate: in its first epoch at each restart, later by going back one epoch',
    source: '[fashion-recipes.md](lab/fashion-recipes.md)',
  },
  normalizesActivation: {
    kind: 'flag',
    default: true,
    description: 'whether the function has mean 0 and variance 1 under standard normal input (arXiv 2109.08958)',
    source: MINI,
  },
  derivativeForms: {
    kind: 'choice',
    choices: ['EXACT', 'FIRST'],
    default: 'EXACT',
    description: '`FIRST`: derivatives of the first release, which lose digits far from 0',
    source: '[versions.md](versions.md)',
  },
  activationParameters: {
    kind: 'choice',
    choices: ['per layer', 'per channel'],
    default: 'per layer',
    description: 'whether learnable parameters of a function have values of their own in each layer or in each channel',
    source: 'arXiv 1502.01852, where both are about as good',
  },
  augmentation: {
    kind: 'own',
    expected: 'an object with margin and mirrors, or null',
    read: (value, place) => (value === null ? null : readFields(value, AUGMENTATION_FIELDS, place)),
    default: null,
    description: 'how training pictures are changed each time they are used; null: not at all',
    source: MINI,
  },
  endsAtChance: {
    kind: 'whole',
    least: 1,
    most: 10_000,
    orNull: true,
    default: null,
    description:
      'ends a training early after so many epochs in a row with a loss at chance, or when all validation inputs have the same logits; null: it trains all epochs',
    unit: 'epochs',
    source: 'none, so that a recipe asks for it',
  },
}

function readOptimizer(value: unknown, place: string): unknown {
  const type = value !== null && typeof value === 'object' ? (value as { type?: unknown }).type : undefined
  if (type === 'adam') return readFields(value, ADAM_FIELDS, place)
  if (type === 'momentum') return readFields(value, MOMENTUM_FIELDS, place)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    refuseValue(place, 'an object with the type "adam" or "momentum"', value)
  }
  return refuseValue(`${place}.type`, '"adam" or "momentum"', type)
}

function readEpochs(value: unknown, place: string): readonly number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) {
    refuseValue(place, 'a list of 1 to 100 whole numbers', value)
  }
  value.forEach((epoch: unknown, i) => {
    const least = i === 0 ? 1 : (value[i - 1] as number) + 1
    if (!Number.isInteger(epoch) || (epoch as number) < least || (epoch as number) > 10_000) {
      refuseValue(`${place}[${i}]`, `a whole number from ${least} to 10000`, epoch)
    }
  })
  return value
}
