import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkBatch } from '../../../src/networks/description/check-batch.js'
import { createDescribedNetwork } from '../../../src/networks/description/create-described-network.js'
import { parseNetworkDescription } from '../../../src/networks/description/parse-network-description.js'
import { parseRecipe } from '../../../src/networks/description/parse-recipe.js'
import { TRAINABLE_DATASETS } from '../../../src/networks/recipes/trainable-datasets.js'

const activation = { type: 'activation' }
const average = { type: 'globalAverage' }
const logits = { type: 'dense', name: 'logits', units: 10 }
const conv = { type: 'conv', filters: 4, kernelSize: 3 }
const tokens = { type: 'tokens' }

function create(layers: object[], inputShape = [8, 8, 3], classes = 10) {
  return createDescribedNetwork(parseNetworkDescription({ layers }, 'n'), {
    name: 'net',
    inputShape,
    classes,
    place: 'n',
  })
}

describe('A network from a description', () => {
  it('knows its weights, its values and its multiplications', () => {
    const { size } = create([conv, activation, average, logits])
    assert.deepEqual(size, {
      weights: 3 * 3 * 3 * 4 + 4 + 4 * 10 + 10,
      values: 8 * 8 * 4 + 8 * 8 * 4 + 4 + 10,
      products: 8 * 8 * 4 * 27 + 4 * 10,
      activations: 1,
      activatedValues: 8 * 8 * 4,
    })
  })

  it('is what the published networks are, too', () => {
    const weights = [...TRAINABLE_DATASETS].map(([name, { network }]) => [name, network.size.weights])
    assert.deepEqual(Object.fromEntries(weights), {
      'fashion-cnn': 624 + 3472 + 4640 + 330,
      'fashion-resnet': 312 + 2 * 1308 + 2616 + 5208 + 288 + 250,
      'fashion-vit': 7555,
      'mini-cnn': 416 + 2320 + 4640 + 330,
      'mini-resnet': 5096 + 10 + 2 * 56,
      'mini-vit': 7555,
      'act-bench-cnn': 1_369_738,
      'act-bench-resnet': 853_018,
      'act-bench-vit': 1_370_593 - 990 * 257,
    })
  })

  it('works on vectors and on tokens', () => {
    create([{ type: 'dense', units: 5 }, activation, logits], [7])
    create([{ type: 'transformer', hiddenWidth: 8, heads: 2 }, average, logits], [12, 6])
  })

  const cases: [string, object[], RegExp, number[]?][] = [
    [
      'a kernel larger than the picture without zeros around it',
      [{ ...conv, strides: 4 }, activation, { ...conv, name: 'big', padding: 'valid' }, average, logits],
      /^n\.layers\[2\]: conv "big" with an input of 2 × 2 × 4: expected at least 3 × 3 positions, the size of a window without padding, got 2 × 2$/,
    ],
    [
      'a window larger than the picture',
      [{ type: 'maxPool', size: 9 }, activation, average, logits],
      /^n\.layers\[0\]: maxPool with an input of 8 × 8 × 3: expected at least 9 × 9 positions/,
    ],
    [
      'a dense layer on a picture',
      [conv, activation, logits],
      /^n\.layers\[2\]: dense "logits" with an input of 8 × 8 × 4: expected a vector or tokens; put globalAverage, flatten or tokens before it, or use conv with kernelSize 1, got a picture$/,
    ],
    [
      'a convolution of a vector',
      [average, conv, activation, logits],
      /conv "conv2" with an input of 3: expected a picture, height × width × channels, got a vector$/,
    ],
    [
      'a convolution of tokens',
      [tokens, conv, activation, average, logits],
      /expected a picture, height × width × channels, got tokens$/,
    ],
    [
      'pictures for attention',
      [{ type: 'attention' }, activation, average, logits],
      /attention "attention1" with an input of 8 × 8 × 3: expected tokens, number × width, got a picture$/,
    ],
    [
      'heads that do not divide the width',
      [tokens, { type: 'transformer', name: 'block', heads: 2, hiddenWidth: 6 }, average, logits],
      /^n\.layers\[1\]: transformer "block" with an input of 64 × 3: expected an attention width that is a multiple of 2 heads, got 3$/,
    ],
    [
      'heads of separable attention',
      [tokens, { type: 'attention', attention: 'separable', heads: 3 }, activation, average, logits],
      /expected 1 head, because the attention is separable, got 3$/,
    ],
    [
      'a branch with other channels',
      [{ type: 'residual', name: 'block', layers: [conv, activation] }, average, logits],
      /^n\.layers\[0\]: residual "block" with an input of 8 × 8 × 3: expected a branch that keeps the shape, or "shortcut": "projection", got 8 × 8 × 4$/,
    ],
    [
      'a branch that no projection reaches',
      [
        { type: 'residual', shortcut: 'projection', layers: [{ ...conv, padding: 'valid' }, activation] },
        average,
        logits,
      ],
      /expected a branch that keeps height and width, or divides both by the same whole number, got 6 × 6 × 4 from 8 × 8 × 3$/,
    ],
    [
      'a branch with another number of axes',
      [{ type: 'residual', shortcut: 'projection', layers: [activation, average] }, logits],
      /expected a branch that keeps height and width/,
    ],
    [
      'a branch with fewer channels beside zeros',
      [{ type: 'residual', shortcut: 'zeros', layers: [{ ...conv, filters: 2 }, activation] }, average, logits],
      /expected at least 3 channels from the branch, got 2$/,
    ],
    [
      'an inner layer',
      [
        { type: 'residual', name: 'block', layers: [activation, { type: 'dense', name: 'inner', units: 3 }] },
        average,
        logits,
      ],
      /^n\.layers\[0\]\.layers\[1\]: dense "inner" with an input of 8 × 8 × 3: expected a vector or tokens/,
    ],
    [
      'patches that do not divide the picture',
      [{ type: 'patchMixing', size: 3, layers: [activation] }, average, logits],
      /expected height and width that are multiples of 3, got 8 × 8$/,
    ],
    [
      'an embedding that leaves pixels over',
      [{ type: 'patchEmbedding', size: 3, width: 4 }, activation, average, logits],
      /expected height and width that are multiples of 3, got 8 × 8 × 3$/,
    ],
    [
      'patches that lose their tokens',
      [{ type: 'patchMixing', size: 2, layers: [activation, average] }, average, logits],
      /expected 16 tokens from its layers, got 3$/,
    ],
    [
      'no activation',
      [conv, average, logits],
      /^n: expected at least one layer that applies the function under test, such as activation, got none$/,
    ],
    [
      'nothing that learns',
      [activation, average],
      /^n: expected at least one layer with weights, got none$/,
      [8, 8, 10],
    ],
    [
      'too few logits',
      [conv, activation, average, { ...logits, units: 9 }],
      /^n: expected a vector of 10 numbers, one for each class, from the last layer, got 9$/,
    ],
    [
      'a picture of logits',
      [conv, activation, { ...conv, filters: 10 }],
      /^n: expected a vector of 10 numbers.*got 8 × 8 × 10$/,
    ],
    [
      'two layers of one name',
      [{ ...conv, name: 'a' }, activation, { ...conv, name: 'a' }, average, logits],
      /^n\.layers\[2\]: conv "a" with an input of 8 × 8 × 4: expected a different name for each layer with weights, got "a" twice$/,
    ],
    [
      'a name that a block uses, too',
      [
        { type: 'residual', name: 'a', layers: [{ ...conv, name: 'b', filters: 3 }] },
        activation,
        { ...conv, name: 'a/b' },
        average,
        logits,
      ],
      /got "a\/b" twice$/,
    ],
    [
      'too many weights',
      [conv, activation, { type: 'conv', name: 'wide', filters: 16_384, kernelSize: 64 }, average, logits],
      /conv "wide" .*: expected at most 16000000 weights, got 268451952 up to this layer$/,
    ],
    [
      'too many numbers',
      [{ ...conv, filters: 4096 }, activation, average, logits],
      /expected at most 64000000 numbers from all layers for one input, got more$/,
      [256, 256, 3],
    ],
    [
      'attention among all pixels',
      [tokens, { type: 'transformer', hiddenWidth: 4 }, average, logits],
      /expected at most 64000000 numbers/,
      [256, 256, 3],
    ],
  ]
  for (const [title, layers, message, inputShape] of cases) {
    it(`is refused with ${title}`, () => {
      assert.throws(() => create(layers, inputShape), { code: 'BAD_USER_INPUT', message })
    })
  }

  it('allows only batches that fit into memory', () => {
    const network = create([{ ...conv, filters: 200 }, activation, average, logits], [128, 128, 3])
    const recipe = (batchSize: number) => parseRecipe({ epochs: 1, batchSize, learningRate: 0.1 }, 'r')
    checkBatch(network, recipe(610), 'r')
    assert.throws(() => checkBatch(network, recipe(611), 'r'), {
      code: 'BAD_USER_INPUT',
      message:
        'r.batchSize: expected at most 610, because layers give 6553810 numbers for each input and a batch may have 4000000000, got 611',
    })
  })

  it('is refused with a wrong input shape or number of classes', () => {
    const layers = [conv, activation, average, logits]
    for (const shape of [[], [0, 8, 3], [8.5, 8, 3], [1, 8, 8, 3]]) {
      assert.throws(() => create(layers, shape), {
        code: 'BAD_USER_INPUT',
        message: /expected an input shape of one to three/,
      })
    }
    for (const classes of [0, 1, 16_385, 2.5]) {
      assert.throws(() => create(layers, [8, 8, 3], classes), { message: /^n: expected 2 to 16384 classes, got/ })
    }
  })
})
