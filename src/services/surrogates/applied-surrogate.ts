import type { Database } from '../../db/connection/client.js'
import { listMeasured } from '../../db/evaluations/list-measured.js'
import { loadVectors } from '../../db/features/load-vectors.js'
import type { Dataset } from '../../db/generated/client.js'
import { listMapPoints, type MapPoint } from '../../db/surrogates/find-points.js'
import { ActbenchError } from '../../errors.js'
import { type GaussianProcessFit, predictGaussianProcess } from '../../surrogate/gaussian-process/gaussian-process.js'
import { deserialiseGaussianProcess } from '../../surrogate/gaussian-process/gaussian-process-codec.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../../surrogate/pace.js'
import type { PointPrediction } from '../../surrogate/surrogate-method.js'
import type { Layout } from '../../surrogate/umap/spectral-layout.js'
import {
  createFittedFeatures,
  type FittedFeatures,
  predictUmapKnn,
  type UmapKnnFit,
} from '../../surrogate/umap/umap-knn.js'
import { deserialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'
import { createDatabaseCache } from '../database-cache.js'
import { spectraOf, takeRows } from './load-spectra.js'

/** Features of a function that the surrogate was not fitted on. */
export interface NewPoint {
  readonly outputs: Float32Array
  /** Null if it is not known; the prediction then uses only the outputs. */
  readonly spectrum: Float32Array | null
}

/** A READY surrogate in memory, ready to predict. */
export interface AppliedSurrogate {
  readonly surrogateId: number
  /** Whether the fit uses spectra, so that the spectrum of a new point improves its prediction. */
  readonly usesSpectra: boolean
  /** Predictions in the order of the points. */
  predict(points: readonly NewPoint[]): Promise<PointPrediction[]>
  /** The ids of the evaluations of some rows of the fit (`PointPrediction.basedOn`). */
  toEvaluationIds(rows: readonly number[]): number[]
}

/** A READY surrogate whose predictions are read from a map: UMAP_KNN. */
export interface AppliedMap extends AppliedSurrogate {
  readonly fit: UmapKnnFit
  /** Every function on the map, fitted or placed afterwards. */
  readonly points: readonly MapPoint[]
}

/** A READY surrogate of algorithm GAUSSIAN_PROCESS. */
export interface AppliedProcess extends AppliedSurrogate {
  readonly process: GaussianProcessFit
}

/** About 15 MB each for the shipped space. The spectra of a published dataset add 160 MB once a prediction needs them. */
const cache = createDatabaseCache<number, AppliedProcess | AppliedMap>(3)

/**
 * Loads a READY surrogate for predictions; the last three stay in memory. Outputs and spectra of the fitted functions are
 * loaded by the first prediction that needs them. Throws SURROGATE_UNAVAILABLE if the surrogate is not READY.
 */
export function openAppliedSurrogate(
  database: Database,
  surrogate: { readonly id: number; readonly datasetId: number },
): Promise<AppliedSurrogate> {
  return cache.get(database, surrogate.id, () => loadSurrogate(database, surrogate))
}

/** The same for a surrogate of algorithm UMAP_KNN; throws a plain Error for another algorithm. */
export async function openAppliedMap(
  database: Database,
  surrogate: { readonly id: number; readonly datasetId: number },
): Promise<AppliedMap> {
  const applied = await openAppliedSurrogate(database, surrogate)
  if ('points' in applied) return applied as AppliedMap
  throw new Error(`surrogate ${surrogate.id}: it has no map; expected algorithm UMAP_KNN`)
}

/** The same for a surrogate of algorithm GAUSSIAN_PROCESS; throws a plain Error for another algorithm. */
export async function openAppliedProcess(
  database: Database,
  surrogate: { readonly id: number; readonly datasetId: number },
): Promise<AppliedProcess> {
  const applied = await openAppliedSurrogate(database, surrogate)
  if ('process' in applied) return applied as AppliedProcess
  throw new Error(`surrogate ${surrogate.id}: it is not a Gaussian process; expected algorithm GAUSSIAN_PROCESS`)
}

async function loadSurrogate(
  database: Database,
  { id, datasetId }: { readonly id: number; readonly datasetId: number },
): Promise<AppliedProcess | AppliedMap> {
  const surrogate = await database.prisma.surrogate.findUnique({ where: { id }, include: { artifact: true } })
  if (!surrogate?.artifact) throw new ActbenchError('SURROGATE_UNAVAILABLE', 'surrogate: it is not READY')
  const { bytes } = surrogate.artifact
  if (surrogate.algorithm === 'GAUSSIAN_PROCESS') {
    const process = readFit(() => deserialiseGaussianProcess(bytes))
    const columns = process.best.spectrumProjection?.columns ?? null
    return {
      surrogateId: id,
      process,
      usesSpectra: columns !== null,
      predict: (points) => predictByProcess(process, points.map(createSpectrumFilter(columns))),
      toEvaluationIds: await createEvaluationFinder(database, datasetId, process.ids),
    }
  }
  const fit = readFit(() => deserialiseUmapKnn(bytes))
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })
  const points = await listMapPoints(database.kysely, id)
  const features = createFeatureLoader(database, dataset, fit, findOutputsLayout(fit, points))
  return {
    surrogateId: id,
    fit,
    points,
    usesSpectra: fit.spectrumColumns !== null,
    async predict(given) {
      const points = given.map(createSpectrumFilter(fit.spectrumColumns))
      const needsSpectra = points.some(({ spectrum }) => spectrum !== null)
      const loaded = needsSpectra ? await features(true) : null
      if (loaded) return predictUmapKnn(fit, points, loaded)
      const bare = points.map(({ outputs }) => ({ outputs, spectrum: null }))
      return predictUmapKnn(fit, bare, (await features(false)) as FittedFeatures)
    },
    toEvaluationIds: await createEvaluationFinder(database, datasetId, fit.ids),
  }
}

/** Another version of the service may not be able to read the bytes of a fit. */
function readFit<Fit>(read: () => Fit): Fit {
  try {
    return read()
  } catch (error) {
    const message = `surrogate: its fit cannot be read (${(error as Error).message}); updateSurrogate fits a new one`
    throw new ActbenchError('SURROGATE_UNAVAILABLE', message)
  }
}

async function createEvaluationFinder(database: Database, datasetId: number, ids: readonly string[]) {
  const measured = await listMeasured(database.kysely, datasetId)
  const evaluationOf = new Map(measured.map(({ activationId, evaluationId }) => [activationId, evaluationId]))
  return (rows: readonly number[]) =>
    rows.map((row) => evaluationOf.get(Number(ids[row]))).filter((found) => found !== undefined)
}

/** Predicts point by point, because only some points have a spectrum. */
async function predictByProcess(process: GaussianProcessFit, points: readonly NewPoint[]): Promise<PointPrediction[]> {
  const predictions: PointPrediction[] = []
  // A thousand samples of a search take a second, so other requests run in between.
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  for (const { outputs, spectrum } of points) {
    if (pace.due()) await pace.pause(predictions.length / points.length)
    predictions.push(...(await predictGaussianProcess(process, { rows: 1, outputs, spectra: spectrum })))
  }
  return predictions
}

/** Leaves out spectra of another length than those of the fit: the owner may have replaced the spectra of the dataset. */
function createSpectrumFilter(columns: number | null) {
  return ({ outputs, spectrum }: NewPoint): NewPoint => ({
    outputs,
    spectrum: spectrum?.length === columns ? spectrum : null,
  })
}

/** The map of the fitted functions by outputs only, or null. */
function findOutputsLayout(fit: UmapKnnFit, points: readonly MapPoint[]): Layout | null {
  const places = new Map(
    points.map(({ activationId, outputsX, outputsY }) => [String(activationId), [outputsX, outputsY]]),
  )
  const layout = fit.ids.flatMap((id) => places.get(id) ?? [null, null])
  return layout.includes(null) ? null : Float32Array.from(layout as number[])
}

/**
 * Returns a loader of the features of the fitted functions, with or without spectra, that loads each once. With spectra it
 * gives null if the dataset does not have them all any more.
 */
function createFeatureLoader(database: Database, dataset: Dataset, fit: UmapKnnFit, outputsLayout: Layout | null) {
  const ids = Int32Array.from(fit.ids, Number)
  const loaded = new Map<boolean, Promise<FittedFeatures | null>>()
  const load = async (withSpectra: boolean) => {
    const source = withSpectra ? spectraOf(dataset) : null
    const spectra = source && (await loadVectors(database, source, ids))
    const isComplete = spectra?.columns === fit.spectrumColumns && spectra?.activationIds.length === ids.length
    if (withSpectra && !isComplete) return null
    const outputs = takeRows(await loadVectors(database, { kind: 'OUTPUTS' }, ids), ids)
    return createFittedFeatures(fit, outputs, spectra && takeRows(spectra, ids), outputsLayout)
  }
  return (withSpectra: boolean): Promise<FittedFeatures | null> => {
    // Features with spectra serve both, because a point without a spectrum ignores them.
    const known = loaded.get(true) ?? (withSpectra ? undefined : loaded.get(false))
    if (known) return known
    const loading = load(withSpectra)
    loaded.set(withSpectra, loading)
    loading.catch(() => loaded.delete(withSpectra))
    return loading
  }
}
