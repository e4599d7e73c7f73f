import { createHash } from 'node:crypto'
import { type FeatureMatrix, toFeatureMatrix } from '../surrogate/feature-vectors/feature-matrix.js'
import { usesSpectra } from '../surrogate/surrogate-method.js'

/** A function with its features. */
export interface TabularFunction {
  /** Identity of the function, 64 hex digits. */
  readonly id: string
  readonly expression: string
  readonly outputs: Float32Array
  /** Null if the function has no usable spectrum. */
  readonly spectrum: Float32Array | null
}

/** One training of a function. */
export interface MeasuredRun {
  /** Null if it is not known. */
  readonly seed: number | null
  readonly validationAccuracy: number
  readonly runtimeSeconds: number | null
  /** Validation accuracy after each epoch; empty if it is not recorded. */
  readonly curve: readonly number[]
}

/** A measured function. */
export interface MeasuredFunction extends TabularFunction {
  readonly validationAccuracy: number
  /** 0 if the dataset does not record it. */
  readonly runtimeSeconds: number
  /** The runs with a validation accuracy; none if the dataset records only a result. */
  readonly runs: readonly MeasuredRun[]
}

/**
 * A dataset in memory, in the form that experiments with searches and surrogates need. Functions are in the order of
 * their ids.
 */
export interface TabularDataset {
  readonly name: string
  readonly measured: readonly MeasuredFunction[]
  /** Functions that have a usable spectrum but no measurement. The fit of a map uses them too. */
  readonly others: readonly TabularFunction[]
}

/**
 * SHA-256 of the measured functions, their measurements and all spectra: equal data give equal experiments. Outputs are
 * not hashed because they follow from the ids. Runs count only for an experiment that reads them.
 */
export function fingerprintDataset({ measured, others }: TabularDataset, { withRuns = false } = {}): string {
  const hash = createHash('sha256')
  const addSpectrum = (spectrum: Float32Array | null) => {
    if (spectrum) hash.update(new Uint8Array(spectrum.buffer, spectrum.byteOffset, spectrum.byteLength))
  }
  for (const { id, validationAccuracy, runtimeSeconds, spectrum, runs } of measured) {
    hash.update(`${id} ${validationAccuracy} ${runtimeSeconds} ${spectrum !== null}\n`)
    if (withRuns) hash.update(`${JSON.stringify(runs)}\n`)
    addSpectrum(spectrum)
  }
  for (const { id, spectrum } of others) {
    hash.update(`${id}\n`)
    addSpectrum(spectrum)
  }
  return hash.digest('hex')
}

/** The outputs of the functions as a matrix, one row each. */
export function toOutputMatrix(functions: readonly TabularFunction[]): FeatureMatrix {
  return toFeatureMatrix(concatenate(functions.map(({ outputs }) => outputs)), functions.length, 'outputs')
}

/** The spectra of the functions as a matrix, one row each. Every function must have a spectrum. */
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

/** The middle value, or the mean of the two in the middle. */
export function computeMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
