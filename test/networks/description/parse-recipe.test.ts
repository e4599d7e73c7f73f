import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeRecipe, parseRecipe } from '../../../src/networks/description/parse-recipe.js'
import { TRAINABLE_DATASETS } from '../../../src/networks/recipes/trainable-datasets.js'

const least = { epochs: 5, batchSize: 32, learningRate: 0.01 }

describe('A recipe', () => {
  it('has the defaults of the Mini datasets, with exact derivatives', () => {
    assert.deepEqual(parseRecipe(least, 'recipe'), {
      ...TRAINABLE_DATASETS.get('mini-cnn')!.recipe,
      ...least,
      derivativeForms: 'EXACT',
      activationParameters: 'per layer',
    })
  })

  it('keeps halvings of the rate, and leaves them out where there are none', () => {
    assert.equal(parseRecipe({ ...least, rateHalvings: 2 }, 'recipe').rateHalvings, 2)
    assert.ok(!('rateHalvings' in describeRecipe(parseRecipe({ ...least, rateHalvings: 0 }, 'recipe'))))
  })

  it('reads momentum, decay and augmentation', () => {
    const recipe = parseRecipe(
      {
        ...least,
        warmUpSteps: 0,
        decay: { factor: 0.1, afterEpochs: [2, 4] },
        optimizer: { type: 'momentum', clipNorm: null, weightDecay: 0.0001 },
        augmentation: { margin: 4, mirrors: true },
      },
      'recipe',
    )
    assert.deepEqual(recipe.optimizer, { momentum: 0.9, clipNorm: Number.POSITIVE_INFINITY, weightDecay: 0.0001 })
    assert.deepEqual(recipe.decay, { factor: 0.1, afterEpochs: [2, 4] })
    assert.deepEqual(recipe.augmentation, { margin: 4, mirrors: true })
  })

  it('reads endsAtChance, and leaves it out where nothing ends a training', () => {
    assert.equal(parseRecipe({ ...least, endsAtChance: 7 }, 'recipe').endsAtChance, 7)
    assert.equal(describeRecipe(parseRecipe({ ...least, endsAtChance: 7 }, 'recipe')).endsAtChance, 7)
    for (const recipe of [least, { ...least, endsAtChance: null }]) {
      const parsed = parseRecipe(recipe, 'recipe')
      assert.ok(!('endsAtChance' in parsed) && !('endsAtChance' in describeRecipe(parsed)))
    }
    assert.throws(
      () => parseRecipe({ ...least, endsAtChance: 0 }, 'r'),
      /^ActbenchError: r\.endsAtChance: expected a whole number from 1 to 10000, or null, got 0$/,
    )
  })

  it('of every dataset is the same after it was written as JSON and read again', () => {
    for (const [name, { recipe }] of TRAINABLE_DATASETS) {
      const text = JSON.stringify(describeRecipe(recipe))
      const again = parseRecipe(JSON.parse(text), name)
      assert.deepEqual(again, { derivativeForms: 'FIRST', activationParameters: 'per layer', ...recipe }, name)
      assert.equal(JSON.stringify(describeRecipe(again)), text)
    }
    const unclipped = parseRecipe({ ...least, optimizer: { type: 'adam', clipNorm: null } }, 'recipe')
    assert.deepEqual(parseRecipe(JSON.parse(JSON.stringify(describeRecipe(unclipped))), 'recipe'), unclipped)
  })

  const cases: [string, unknown, RegExp][] = [
    ['a list', [], /^r: expected an object, got a list of 0 elements$/],
    [
      'an unknown key',
      { ...least, learning_rate: 1 },
      /^r: has an unknown key; expected one of epochs, .*, got "learning_rate"; did you mean learningRate\?$/,
    ],
    [
      'no epochs',
      { batchSize: 32, learningRate: 0.01 },
      /^r\.epochs: expected a whole number from 1 to 10000, got nothing$/,
    ],
    ['epochs as a text', { ...least, epochs: '5' }, /^r\.epochs: expected a whole number from 1 to 10000, got "5"$/],
    ['no epoch at all', { ...least, epochs: 0 }, /got 0$/],
    [
      'a negative learning rate',
      { ...least, learningRate: -0.1 },
      /^r\.learningRate: expected a number above 0, at most 1000, got -0\.1$/,
    ],
    ['a learning rate of zero', { ...least, learningRate: 0 }, /got 0$/],
    ['NaN', { ...least, learningRate: Number.NaN }, /got NaN$/],
    ['1e999', { ...least, learningRate: JSON.parse('1e999') }, /got Infinity$/],
    [
      'null where that is no choice',
      { ...least, gain: null },
      /^r\.gain: expected a number above 0, at most 100, got null$/,
    ],
    ['a batch of a fraction', { ...least, batchSize: 0.5 }, /^r\.batchSize: expected a whole number/],
    [
      'an unknown optimiser',
      { ...least, optimizer: { type: 'sgd' } },
      /^r\.optimizer\.type: expected "adam" or "momentum", got "sgd"$/,
    ],
    [
      'the name of an optimiser',
      { ...least, optimizer: 'adam' },
      /^r\.optimizer: expected an object with the type "adam" or "momentum", got "adam"$/,
    ],
    [
      'an option of the other optimiser',
      { ...least, optimizer: { type: 'adam', momentum: 0.9 } },
      /^r\.optimizer: has an unknown key; expected one of type, beta1, .*, got "momentum"$/,
    ],
    [
      'momentum of 1',
      { ...least, optimizer: { type: 'momentum', momentum: 1 } },
      /^r\.optimizer\.momentum: expected a number from 0 to 0\.9999, got 1$/,
    ],
    [
      'a decay without epochs',
      { ...least, decay: { factor: 0.1 } },
      /^r\.decay\.afterEpochs: expected a list of 1 to 100 whole numbers, got nothing$/,
    ],
    [
      'epochs of a decay that do not rise',
      { ...least, decay: { factor: 0.1, afterEpochs: [2, 2] } },
      /^r\.decay\.afterEpochs\[1\]: expected a whole number from 3 to 10000, got 2$/,
    ],
    [
      'a decay after the end',
      { ...least, decay: { factor: 0.1, afterEpochs: [2, 5] } },
      /^r\.decay\.afterEpochs\[1\]: expected a number below epochs, which is 5, got 5$/,
    ],
    [
      'a flag as a text',
      { ...least, normalizesActivation: 'yes' },
      /^r\.normalizesActivation: expected true or false, got "yes"$/,
    ],
    [
      'a negative margin',
      { ...least, augmentation: { margin: -1 } },
      /^r\.augmentation\.margin: expected a whole number from 0 to 64, got -1$/,
    ],
  ]
  for (const [title, value, message] of cases) {
    it(`is refused with ${title}`, () => {
      assert.throws(() => parseRecipe(value, 'r'), { code: 'BAD_USER_INPUT', message })
    })
  }
})
