import type { TestContext } from 'node:test'
import type { RunLine } from '../../src/datasets/shipped/run-line.js'
import type { SeedData } from '../../src/datasets/shipped/seed-folder.js'
import type { SeedManifest } from '../../src/datasets/shipped/seed-manifest.js'
import type { Database } from '../../src/db/connection/client.js'
import { openTestDatabase } from './database.js'

/** Opens a database whose imports skip the Act-Bench space: its 2,830 functions would take 1.5 s each time. */
export async function openWithoutSpace(t: TestContext): Promise<Database> {
  const database = await openTestDatabase(t)
  await database.prisma.setting.create({
    data: { name: 'seed:act-bench-space', value: new Uint8Array(Buffer.from('1')) },
  })
  return database
}

/** Makes the manifest of a small dataset, `mini-test`. */
export function makeSeedManifest(title = 'Mini test'): Omit<SeedManifest, 'files'> {
  return {
    ...{ name: 'mini-test', version: '1', title, description: 'For tests.', architecture: 'none', task: 'none' },
    ...{ searchSpace: ['unary(unary(x))'], fisherSpectrumLength: 4, license: 'CC BY 4.0', citation: '' },
    ...{ commands: [], seeds: [0, 1], backends: ['tfjs-wasm'], softwareVersions: ['1'] },
    counts: { evaluations: 3, runs: 4, spectra: 3 },
  }
}

/** As if the second function had a parameter. */
export const END_REASON = 'loss at chance for 2 epochs, ended after epoch 2 of 9'
export const LEARNED_PARAMETERS = [{ name: null, initialValue: 0.25, values: [[0.1], [0.30000001192092896]] }]

/** Makes a run that reached this accuracy. */
export function makeRun(expression: string, seed: number, accuracy: number): RunLine {
  return {
    ...{ dataset: 'mini-test', version: '1', expression, seed },
    ...{ trainAccuracy: accuracy, trainLoss: 1 - accuracy, validationAccuracy: accuracy, validationLoss: null },
    ...{ testAccuracy: accuracy, testLoss: 1.5, runtimeSeconds: 2 },
    epochs: [
      [0.1, 2.3, 0.1, 2.3],
      [accuracy, 1 - accuracy, accuracy, null],
    ],
    ...{ backend: 'tfjs-wasm', device: 'processor', softwareVersion: '1' },
  }
}

/**
 * Makes three evaluations, one of them with two runs. One evaluated function has a spectrum, one has the reason why it has
 * none; another spectrum belongs to a function without an evaluation.
 */
export function makeSeedData(): SeedData {
  const entry = (expression: string, equivalents: string[], spectrum: Float32Array | null, accuracy: number) => {
    const {
      epochs: _,
      dataset: __,
      version: ___,
      seed: ____,
      backend: _____,
      ...rest
    } = makeRun(expression, 0, accuracy)
    const { device: ______, softwareVersion: _______, expression: ________, ...metrics } = rest
    return { expression, equivalents, spectrum, metrics }
  }
  return {
    entries: [
      entry('relu(x)', ['relu(x)', 'relu(identity(x))'], Float32Array.of(0, 0.1, 0.7, 1), 0.6),
      entry('swish(erf(x))', ['swish(erf(x))'], null, 0.4),
      entry('square(square(x))', ['square(square(x))'], null, 0.2),
    ],
    runs: [
      makeRun('relu(x)', 0, 0.5),
      makeRun('relu(x)', 1, 0.7),
      { ...makeRun('swish(erf(x))', 0, 0.4), learnedParameters: LEARNED_PARAMETERS, endReason: END_REASON },
      makeRun('square(square(x))', 0, 0.2),
    ],
    spectra: [
      { expression: 'mish(x)', values: Float32Array.of(0, 0, 1 / 3, 1), reason: null },
      { expression: 'square(square(x))', values: null, reason: 'no layer' },
    ],
    surrogates: [],
  }
}
