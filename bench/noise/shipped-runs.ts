import { join } from 'node:path'
import { listSeedManifests, readSeedData } from '../../src/datasets/shipped/seed-folder.js'
import type { Random } from '../../src/numeric/random.js'
import type { MeasuredFunction } from '../../src/numeric/ranks/measured-function.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { median } from '../measurement.js'

/** A function with its runs. */
export interface RepeatedFunction extends MeasuredFunction {
  /** Whether it has several runs for another reason than a good first run. */
  readonly isRandomlyRepeated: boolean
}

export interface Shipped {
  readonly functions: readonly (RepeatedFunction & { readonly expression: string })[]
  /** A random error of a single run of a function with about this value. */
  errorNear(value: number, random: Random): number
}

/** The shipped runs of a dataset, and a source of errors like theirs. */
export function readShipped(name: string): Shipped {
  const entry = listSeedManifests(join(PROJECT_ROOT, 'seed')).find(({ manifest }) => manifest.name === name)
  if (!entry) throw new Error(`--dataset: no shipped dataset; expected mini-cnn, mini-resnet or mini-vit, got ${name}`)
  const runs = new Map<string, number[]>()
  for (const { expression, seed, validationAccuracy } of readSeedData(entry.folder, entry.manifest).runs) {
    if (validationAccuracy === null) continue
    const list = runs.get(expression) ?? []
    if (seed === 0) list.unshift(validationAccuracy)
    else list.push(validationAccuracy)
    runs.set(expression, list)
  }
  const firsts = [...runs.values()].map(([value]) => value).sort((a, b) => b - a)
  const functions = [...runs].map(([expression, own]) => ({
    expression,
    runs: own,
    value: median(own),
    isRandomlyRepeated: own.length > 1 && own[0] < firsts[149],
  }))
  return { functions, errorNear: createErrorSource(functions) }
}

/** Draws from the errors of the 40 functions with several runs that are nearest in value. */
function createErrorSource(functions: readonly RepeatedFunction[]) {
  const repeated = functions.filter(({ runs }) => runs.length > 1).sort((a, b) => a.value - b.value)
  const errors = repeated.map(({ runs }) => {
    const mean = runs.reduce((sum, value) => sum + value, 0) / runs.length
    // Distances from a mean of n are smaller than distances from the true mean.
    return runs.map((value) => (value - mean) * Math.sqrt(runs.length / (runs.length - 1)))
  })
  return (value: number, random: Random): number => {
    let place = repeated.findIndex((each) => each.value >= value)
    if (place < 0) place = repeated.length
    const start = Math.max(0, Math.min(repeated.length - 40, place - 20))
    const chosen = errors[start + random.integer(Math.min(40, repeated.length))]
    return chosen[random.integer(chosen.length)]
  }
}
