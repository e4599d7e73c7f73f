import { createHash } from 'node:crypto'
import { type FeatureMatrix, toFeatureMatrix } from '../surrogate/feature-vectors/feature-matrix.js'
import { usesSpectra } from '../surrogate/surrogate-method.js'

/** A function with its features. */
export interface TabularFunction {
  /** Its identity, 64 hex digits. */
  readonly id: string
  readonly expression: string
  readonly outputs: Float32Array
  /** Null where it has none that is usable. */
  readonly spectrum: Float32Array | null
}

/** A function that was measured. */
export interface MeasuredFunction extends TabularFunction {
  readonly validationAccuracy: number
  /** 0 where it was not recorded. */
  readonly runtimeSeconds: number
}

/** A dataset as experiments with searches and surrogates need it: all in memory, in the order of the ids. */
export interface TabularDataset {
  readonly name: string
  readonly measured: readonly MeasuredFunction[]
  /** Functions of usable spectrum that were not measured: a map is fitted on them too. */
  readonly others: readonly TabularFunction[]
}

/**
 * The SHA-256 of what was measured, of which functions and with which spectra: equal data give equal experiments. Outputs
 * follow from the ids.
 */
export function fingerprintDataset({ measured, others }: TabularDataset): string {
  const hash = createHash('sha256')
  const addSpectrum = (spectrum: Float32Array | null) => {
    if (spectrum) hash.update(new Uint8Array(spectrum.buffer, spectrum.byteOffset, spectrum.byteLength))
  }
  for (const { id, validationAccuracy, runtimeSeconds, spectrum } of measured) {
    hash.update(`${id} ${validationAccuracy} ${runtimeSeconds} ${spectrum !== null}\n`)
    addSpectrum(spectrum)
  }
  for (const { id, spectrum } of others) {
    hash.update(`${id}\n`)
    addSpectrum(spectrum)
  }
  return hash.digest('hex')
}

/** The outputs of some functions as a matrix, a row each. */
export function toOutputMatrix(functions: readonly TabularFunction[]): FeatureMatrix {
  return toFeatureMatrix(concatenate(functions.map(({ outputs }) => outputs)), functions.length, 'outputs')
}

/** The spectra of functions that all have one, a row each. */
export function toSpectrumMatrix(functions: readonly TabularFunction[]): FeatureMatrix {
  const spectra = concatenate(functions.map(({ spectrum }) => spectrum as Float32Array))
  return toFeatureMatrix(spectra, functions.length, 'spectra')
}

/** Whether a surrogate of the dataset would use spectra. */
export function wouldUseSpectra({ measured }: TabularDataset): boolean {
  return usesSpectra(measured.filter(({ spectrum }) => spectrum !== null).length, measured.length)
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const columns = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * columns)
  for (const [row, vector] of vectors.entries()) all.set(vector, row * columns)
  return all
}
