import type { FeatureMatrix } from './feature-matrix.js'
import { type FeatureForm, type FeatureProjection, fitProjection, project } from './feature-projection.js'
import type { KernelPlaces } from './gaussian-kernel.js'
import { type PaceOptions, toPartOf } from './pace.js'

/** Which features a process compares functions by. */
export interface FeatureChoice {
  readonly outputs: Exclude<FeatureForm, 'PLAIN'>
  readonly spectra: boolean
}

/** All choices: with spectra first, since of equals the first is taken. */
export const FEATURE_CHOICES: readonly FeatureChoice[] = [
  { outputs: 'SHAPE', spectra: true },
  { outputs: 'ASINH', spectra: true },
  { outputs: 'SHAPE', spectra: false },
  { outputs: 'ASINH', spectra: false },
]

/** Features of some functions, projected in every form that a choice may ask for. */
export interface ProjectedFeatures {
  readonly forms: Readonly<Record<FeatureChoice['outputs'], ProjectedKind>>
  readonly spectra: ProjectedKind | null
}

interface ProjectedKind {
  readonly projection: FeatureProjection
  readonly places: KernelPlaces['outputs']
}

/** Fits the projections to all rows and projects `rows` of them (all where there is no choice). */
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
      rows ? takeRows(matrix, rows) : matrix,
      toPartOf(options, from, from + 0.3),
    )
    return { projection, places: { values, width: projection.width } }
  }
  return {
    forms: { SHAPE: await projectKind(outputs, 'SHAPE', 0), ASINH: await projectKind(outputs, 'ASINH', 0.3) },
    spectra: spectra && (await projectKind(spectra, 'PLAIN', 0.6)),
  }
}

/** The places by which a choice compares functions. */
export function toPlaces({ forms, spectra }: ProjectedFeatures, choice: FeatureChoice): KernelPlaces {
  return { outputs: forms[choice.outputs].places, spectra: choice.spectra && spectra ? spectra.places : null }
}

/** The same features of some of the rows. */
export function takeProjected({ forms, spectra }: ProjectedFeatures, rows: Int32Array): ProjectedFeatures {
  const take = ({ projection, places }: ProjectedKind): ProjectedKind => {
    const { width, values } = places
    const taken = new Float64Array(rows.length * width)
    rows.forEach((row, place) => {
      taken.set(values.subarray(row * width, (row + 1) * width), place * width)
    })
    return { projection, places: { values: taken, width } }
  }
  return { forms: { SHAPE: take(forms.SHAPE), ASINH: take(forms.ASINH) }, spectra: spectra && take(spectra) }
}

function takeRows({ values, columns }: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const taken = new Float32Array(rows.length * columns)
  rows.forEach((row, place) => {
    taken.set(values.subarray(row * columns, (row + 1) * columns), place * columns)
  })
  return { values: taken, rows: rows.length, columns }
}
