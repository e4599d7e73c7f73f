import type { DerivativeForms } from '../../activations/operator-forms.js'
import type { AdamOptions, MomentumOptions, OptimizerOptions } from '../optimizer-options.js'
import type { Augmentation, Recipe } from '../recipe.js'
import { type Json, readFields } from './fields.js'
import { RECIPE_FIELDS } from './recipe-fields.js'
import { refuseValue } from './refuse-value.js'

/** A recipe as it stands in a file, with all keys. */
interface WrittenRecipe {
  epochs: number
  batchSize: number
  learningRate: number
  warmUpSteps: number
  decay: { factor: number; afterEpochs: readonly number[] } | null
  optimizer: WrittenOptimizer
  gain: number
  restarts: number
  /** Absent means 0: older definitions must stay equal. */
  rateHalvings?: number
  normalizesActivation: boolean
  derivativeForms: DerivativeForms
  activationParameters: 'per layer' | 'per channel'
  augmentation: Augmentation | null
  /** Absent means null, so that descriptions of recipes without it stay as they were. */
  endsAtChance?: number | null
}

type WrittenOptimizer = { clipNorm: number | null } & (
  | ({ type: 'adam' } & Omit<AdamOptions, 'clipNorm'>)
  | ({ type: 'momentum' } & Omit<MomentumOptions, 'clipNorm'>)
)

/**
 * Reads how a network is trained; docs/networks.md lists the keys. `epochs`, `batchSize` and `learningRate` are required.
 * Throws BAD_USER_INPUT with place, expected and found value for unknown keys and for values of the wrong type or range.
 */
export function parseRecipe(value: unknown, place: string): Recipe {
  const { decay, augmentation, optimizer, rateHalvings, endsAtChance, ...rest } = readFields(
    value,
    RECIPE_FIELDS,
    place,
  ) as unknown as WrittenRecipe
  const late = decay?.afterEpochs.findIndex((epoch) => epoch >= rest.epochs) ?? -1
  if (decay && late >= 0) {
    const at = `${place}.decay.afterEpochs[${late}]`
    refuseValue(at, `a number below epochs, which is ${rest.epochs}`, decay.afterEpochs[late])
  }
  return {
    ...rest,
    optimizer: toOptimizer(optimizer),
    ...(rateHalvings && { rateHalvings }),
    ...(decay && { decay }),
    ...(augmentation && { augmentation }),
    ...(endsAtChance && { endsAtChance }),
  }
}

/**
 * A recipe as canonical JSON: all keys, with defaults except for `rateHalvings` and `endsAtChance`. Parsing it gives a recipe
 * that trains the same.
 */
export function describeRecipe(recipe: Recipe): { readonly [key: string]: Json } {
  const { optimizer, decay, augmentation, endsAtChance } = recipe
  const written: WrittenRecipe = {
    epochs: recipe.epochs,
    batchSize: recipe.batchSize,
    learningRate: recipe.learningRate,
    warmUpSteps: recipe.warmUpSteps,
    decay: decay ? { factor: decay.factor, afterEpochs: decay.afterEpochs } : null,
    optimizer: writeOptimizer(optimizer),
    gain: recipe.gain,
    restarts: recipe.restarts,
    ...(recipe.rateHalvings && { rateHalvings: recipe.rateHalvings }),
    normalizesActivation: recipe.normalizesActivation,
    derivativeForms: recipe.derivativeForms ?? 'FIRST',
    activationParameters: recipe.activationParameters ?? 'per layer',
    augmentation: augmentation ? { margin: augmentation.margin, mirrors: augmentation.mirrors } : null,
    ...(endsAtChance && { endsAtChance }),
  }
  return written as unknown as { readonly [key: string]: Json }
}

function toOptimizer({ type: _, clipNorm, ...options }: WrittenOptimizer): OptimizerOptions {
  return { ...options, clipNorm: clipNorm ?? Number.POSITIVE_INFINITY }
}

function writeOptimizer(options: OptimizerOptions): WrittenOptimizer {
  const clipNorm = Number.isFinite(options.clipNorm) ? options.clipNorm : null
  const { weightDecay } = options
  if ('momentum' in options) return { type: 'momentum', momentum: options.momentum, clipNorm, weightDecay }
  const { beta1, beta2, epsilon } = options
  return { type: 'adam', beta1, beta2, epsilon, clipNorm, weightDecay }
}
