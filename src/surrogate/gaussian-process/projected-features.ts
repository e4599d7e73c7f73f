import { type FeatureMatrix, takeMatrixRows } from '../feature-vectors/feature-matrix.js'
import {
  type FeatureForm,
  type FeatureProjection,
  fitProjection,
  project,
} from '../feature-vectors/feature-projection.js'
import { type PaceOptions, toPartOf } from '../pace.js'
import type { Coordinates, KernelCoordinates } from './gaussian-kernel.js'
import { chooseLandmarks, computeIsolation } from './isolation.js'

/** The features that a process compares. */
export interface FeatureChoice {
  /** Null if the process does not compare outputs. */
  readonly outputs: Exclude<FeatureForm, 'PLAIN'> | null
  readonly spectra: boolean
}

/** All choices. Choices with both kinds come first, because the first of equal choices wins. */
export const FEATURE_CHOICES: readonly FeatureChoice[] = [
  { outputs: 'SHAPE', spectra: true },
  { outputs: 'ASINH', spectra: true },
  { outputs: null, spectra: true },
  { outputs: 'SHAPE', spectra: false },
  { outputs: 'ASINH', spectra: false },
]

/** Projected features of some functions, in every form that a choice may use. */
export interface ProjectedFeatures {
  readonly forms: Readonly<Record<NonNullable<FeatureChoice['outputs']>, ProjectedKind>>
  readonly spectra: ProjectedSpectra | null
}

interface ProjectedKind {
  readonly projection: FeatureProjection
  readonly coordinates: Coordinates
}

interface ProjectedSpectra extends ProjectedKind {
  readonly landmarks: Coordinates
  readonly isolation: Coordinates
}

/** Fits the projections to all rows and projects `rows` of them (all rows if null). */
export async function projectFeatures(
  outputs: FeatureMatrix,
  spectra: FeatureMatrix | null,
  rows: Int32Array | null,
  seed: number,
  options: PaceOptions = {},
): Promise<ProjectedFeatures> {
  const projectKind = async (matrix: FeatureMatrix, form: FeatureForm, from: number): Promise<ProjectedKind> => {
    const projection = fitProjection(matrix, form, seed)
    const values = await project(
      projection,
      rows ? takeMatrixRows(matrix, rows) : matrix,
      toPartOf(options, from, from + 0.3),
    )
    return { projection, coordinates: { values, width: projection.width } }
  }
  const projectSpectra = async (matrix: FeatureMatrix, kind: ProjectedKind): Promise<ProjectedSpectra> => {
    const near = takeMatrixRows(matrix, chooseLandmarks(matrix.rows, seed))
    const landmarks = { values: await project(kind.projection, near), width: kind.coordinates.width }
    return {
      ...kind,
      landmarks,
      isolation: await computeIsolation(landmarks, kind.coordinates, toPartOf(options, 0.9, 1)),
    }
  }
  return {
    forms: { SHAPE: await projectKind(outputs, 'SHAPE', 0), ASINH: await projectKind(outputs, 'ASINH', 0.3) },
    spectra: spectra && (await projectSpectra(spectra, await projectKind(spectra, 'PLAIN', 0.6))),
  }
}

/** The coordinates of functions by outputs only, followed by those of further functions. */
export async function addRows(
  { forms }: ProjectedFeatures,
  form: NonNullable<FeatureChoice['outputs']>,
  outputs: FeatureMatrix,
): Promise<KernelCoordinates> {
  const { projection, coordinates } = forms[form]
  const values = Float64Array.from([...coordinates.values, ...(await project(projection, outputs))])
  return { outputs: { values, width: coordinates.width }, spectra: null, isolation: null }
}

/** The coordinates that a choice compares. */
export function toKernelCoordinates({ forms, spectra }: ProjectedFeatures, choice: FeatureChoice): KernelCoordinates {
  const own = choice.spectra ? spectra : null
  return {
    outputs: choice.outputs && forms[choice.outputs].coordinates,
    spectra: own?.coordinates ?? null,
    isolation: own?.isolation ?? null,
  }
}
