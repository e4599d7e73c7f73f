import DataLoader from 'dataloader'
import type { Kysely } from 'kysely'
import type { Metric } from '../metrics.js'
import { findProperties } from './activations/activation-properties.js'
import { findDescribed } from './activations/described-activations.js'
import type { Database } from './connection/client.js'
import { findTaskDefinitions } from './datasets/task-definitions.js'
import { cachedByState } from './evaluations/cached-by-state.js'
import { findStatistics } from './evaluations/cached-statistics.js'
import { countMatching } from './evaluations/count-matching.js'
import {
  countEvaluations,
  type EvaluationKey,
  findEvaluations,
  findEvaluationsOf,
  findRanks,
} from './evaluations/find-evaluations.js'
import { findSeedNoise } from './evaluations/find-noise.js'
import { findEpochs, findRunsOf, findRunsOfJobs } from './evaluations/find-runs.js'
import { listChangedEvaluations, readClock } from './evaluations/list-changed-evaluations.js'
import { type GroupKey, listGroups } from './evaluations/list-statistics.js'
import { findFisherSpectra, findOutputs, findSpectrumFailures, type SpectrumKey } from './features/find-vectors.js'
import { createLazyLoader } from './lazy-loader.js'
import { countCompleted, findBestSuggestions, findCompletedSuggestions } from './searches/find-searches.js'
import { findProgress } from './searches/search-progress.js'
import { findSnapshotsById, findSnapshotsByName, type SnapshotName } from './snapshots/find-snapshots.js'
import { listVerifications } from './snapshots/verifications.js'
import type { EvaluationConditions } from './statements/conditions.js'
import { findActivationsByIdentity, findDatasetsByName, findRows } from './statements/find-rows.js'
import type { PageList } from './statements/page-query.js'
import { countRows, findPositionAt, listPages, type Page, type Position, type Window } from './statements/pages.js'
import type { RowShape } from './statements/row-shapes.js'
import { listShapedPages, type ShapedPage } from './statements/shaped-pages.js'
import { listCalibrationParts, listErrorsByOperator, listLargestErrors } from './surrogates/calibration.js'
import {
  findBestSurrogates,
  findNewestReady,
  findPoints,
  findSurrogateVersions,
  listNewestSurrogates,
  type PointKey,
} from './surrogates/find-surrogates.js'
import type { Tables } from './tables/generated.js'
import { findCurrentJobs } from './trainings/find-current-jobs.js'
import { listChangedJobs } from './trainings/list-changed-jobs.js'
import { listWorkers } from './workers/list-workers.js'

export type { Database } from './connection/client.js'
export type { SeedNoise } from './evaluations/find-noise.js'
export type { GroupKey, MetricGroup } from './evaluations/list-statistics.js'
export type { MetricStatistics } from './evaluations/metric-statistics.js'
export { runsPage } from './evaluations/runs-page.js'
export { type SnapshotRow, snapshotsPage } from './snapshots/find-snapshots.js'
export type { VerificationRow } from './snapshots/verifications.js'
export type * from './statements/conditions.js'
export { toLittleEndianBytes } from './statements/float32.js'
export * from './statements/page-queries.js'
export type { PageList } from './statements/page-query.js'
export type { Page, Position, Positioned, Window } from './statements/pages.js'
export * from './statements/point-page-queries.js'
export { findShapedField, type RowShape, type ShapedField, type ShapedType } from './statements/row-shapes.js'
export type * from './statements/rows.js'
export type { ShapedPage } from './statements/shaped-pages.js'
export type { CalibrationRow } from './surrogates/calibration.js'
export type { StoredPointRow } from './surrogates/find-surrogates.js'
export { surrogatesPage } from './surrogates/surrogates-page.js'

/** The reads of one request. */
export type Loaders = ReturnType<typeof createLoaders>

/**
 * The loaders of one request. Each loader collects the keys of a request, reads their rows with one statement, and
 * caches the rows until the request ends. A missing row is null, and a missing list is empty.
 */
export function createLoaders({ kysely }: Pick<Database, 'kysely'>) {
  const pages = byOptions(
    ({ list, window }: { list: PageList<unknown>; window: Window }) =>
      (parents: readonly number[]) =>
        listPages(kysely, parents, list, window),
    ({ list, window }) => JSON.stringify([list.name, list.values, window]),
  )
  const shapedPages = byOptions(
    ({ list, window, shape }: ShapedPages) =>
      (parents: readonly number[]) =>
        listShapedPages(kysely, parents, list, window, shape),
    nameShapedPages,
  )
  const shapedPagesOfNamed = byOptions(
    ({ list, window, shape }: ShapedPages) =>
      (names: readonly string[]) =>
        listShapedPages(kysely, names, list, window, shape),
    nameShapedPages,
  )
  const counts = byOptions(
    (list: PageList<unknown>) => (parents: readonly number[]) => countList(kysely, parents, list),
    (list) => JSON.stringify([list.name, list.values]),
  )
  return {
    activation: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'activations', ids)),
    activationByIdentity: createLazyLoader((identities: readonly string[]) =>
      findActivationsByIdentity(kysely, identities),
    ),
    apiKey: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'api_keys', ids)),
    activationProperties: createLazyLoader((ids: readonly number[]) => findProperties(kysely, ids)),
    bestSuggestion: createLazyLoader((ids: readonly number[]) => findBestSuggestions(kysely, ids)),
    completedCount: createLazyLoader((ids: readonly number[]) => countCompleted(kysely, ids)),
    completedSuggestions: createLazyLoader((ids: readonly number[]) => findCompletedSuggestions(kysely, ids)),
    currentJob: createLazyLoader((ids: readonly number[]) => findCurrentJobs(kysely, ids)),
    describedExpression: createLazyLoader((identities: readonly string[]) => findDescribed(kysely, identities)),
    dataset: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'datasets', ids)),
    datasetByName: createLazyLoader((names: readonly string[]) => findDatasetsByName(kysely, names)),
    evaluation: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'evaluations', ids)),
    evaluationCount: createLazyLoader((ids: readonly number[]) => countEvaluations(kysely, ids)),
    evaluationIn: createLazyLoader((keys: readonly EvaluationKey[]) => findEvaluations(kysely, keys), JSON.stringify),
    evaluationsOfActivation: createLazyLoader((ids: readonly number[]) => findEvaluationsOf(kysely, ids)),
    fisherSpectrum: createLazyLoader((keys: readonly SpectrumKey[]) => findFisherSpectra(kysely, keys), JSON.stringify),
    spectrumFailure: createLazyLoader(
      (keys: readonly SpectrumKey[]) => findSpectrumFailures(kysely, keys),
      JSON.stringify,
    ),
    taskDefinition: createLazyLoader((ids: readonly number[]) => findTaskDefinitions(kysely, ids)),
    jobEpochs: createLazyLoader((ids: readonly number[]) => findEpochs(kysely, 'training_job', ids)),
    outputs: createLazyLoader((ids: readonly number[]) => findOutputs(kysely, ids)),
    point: createLazyLoader((keys: readonly PointKey[]) => findPoints(kysely, keys), JSON.stringify),
    bestSurrogate: createLazyLoader((ids: readonly number[]) => findBestSurrogates(kysely, ids)),
    run: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'runs', ids)),
    runEpochs: createLazyLoader((ids: readonly number[]) => findEpochs(kysely, 'run', ids)),
    runOfJob: createLazyLoader((ids: readonly number[]) => findRunsOfJobs(kysely, ids)),
    runsOfEvaluation: createLazyLoader((ids: readonly number[]) => findRunsOf(kysely, ids)),
    searchProgress: createLazyLoader((ids: readonly number[]) => findProgress(kysely, ids)),
    search: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'searches', ids)),
    snapshot: createLazyLoader((ids: readonly number[]) => findSnapshotsById(kysely, ids)),
    snapshotByName: createLazyLoader(
      (names: readonly SnapshotName[]) => findSnapshotsByName(kysely, names),
      JSON.stringify,
    ),
    suggestion: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'suggestions', ids)),
    surrogate: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'surrogates', ids)),
    newestMap: createLazyLoader((ids: readonly number[]) => findNewestReady(kysely, 'UMAP_KNN', ids)),
    trainingJob: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'training_jobs', ids)),
    worker: createLazyLoader((ids: readonly number[]) => findRows(kysely, 'workers', ids)),

    groups: byOptions(
      (options: { by: GroupKey; metric: Metric; conditions: EvaluationConditions }) => (ids: readonly number[]) =>
        listGroups(kysely, ids, options),
    ),
    rank: byOptions((metric: Metric) => (ids: readonly number[]) => findRanks(kysely, metric, ids)),
    seedNoise: byOptions((metric: Metric) => (ids: readonly number[]) => findSeedNoise(kysely, metric, ids)),
    statistics: byOptions(
      (options: { metric: Metric; conditions: EvaluationConditions; bins: number }) => (ids: readonly number[]) =>
        findStatistics(kysely, ids, options),
    ),
    verifications: byOptions((most: number) => (ids: readonly number[]) => listVerifications(kysely, most, ids)),
    surrogateVersion: byOptions(
      (version: number) => (ids: readonly number[]) => findSurrogateVersions(kysely, version, ids),
    ),

    /** Workers seen within the last minute, longest running first. */
    workers: () => listWorkers(kysely),
    /** The time by the database's clock. */
    clock: () => readClock(kysely),
    /** Evaluations of a dataset that were recorded or changed since a time, up to a maximum number. */
    changedEvaluations: (datasetId: number, since: Date, most?: number) =>
      listChangedEvaluations(kysely, datasetId, since, most),
    /** Training jobs of a dataset that were queued or changed since a time, up to a maximum number. */
    changedTrainingJobs: (datasetId: number, since: Date, most: number) =>
      listChangedJobs(kysely, datasetId, since, most),
    /** The newest surrogate for each algorithm, in any state; the newest of all comes first. */
    newestSurrogates: (datasetId: number) => listNewestSurrogates(kysely, datasetId),
    /** How far off the predictions of a surrogate are: in parts by their height, by operator, and the worst ones. */
    calibration: (surrogateId: number, parts: number) => listCalibrationParts(kysely, surrogateId, parts),
    errorsByOperator: (surrogateId: number, limit: number) => listErrorsByOperator(kysely, surrogateId, limit),
    largestErrors: (surrogateId: number, limit: number) => listLargestErrors(kysely, surrogateId, limit),
    /** A page of a list. Equal pages of several parents are read with one statement. */
    page: <Row>(list: PageList<Row>, window: Window, parent = 0): Promise<Page<Row>> =>
      pages({ list, window }).load(parent) as Promise<Page<Row>>,
    /** The position of the row at an index of a list, from 0; null if the list is shorter. */
    positionAt: (list: PageList<unknown>, index: number, parent = 0): Promise<Position | null> =>
      findPositionAt(kysely, parent, list, index),
    /** The same page with rows that PostgreSQL has written as JSON, for an answer that needs no objects. */
    shapedPage: (list: PageList<unknown>, window: Window, shape: RowShape, parent = 0): Promise<ShapedPage> =>
      shapedPages({ list, window, shape }).load(parent),
    /** The same of a dataset with this name, if nothing else of it is needed. */
    shapedPageOf: (list: PageList<unknown>, window: Window, shape: RowShape, dataset: string): Promise<ShapedPage> =>
      shapedPagesOfNamed({ list, window, shape }).load(dataset),
    /** The number of rows of a list. */
    count: (list: PageList<unknown>, parent = 0): Promise<number> => counts(list).load(parent),
  }
}

interface ShapedPages {
  readonly list: PageList<unknown>
  readonly window: Window
  readonly shape: RowShape
}

const nameShapedPages = ({ list, window, shape }: ShapedPages) =>
  JSON.stringify([list.name, list.values, window, shape])

/** Filters by function would join two tables, so their counts come from packed columns and are cached. */
function countList(db: Kysely<Tables>, parents: readonly number[], list: PageList<unknown>): Promise<number[]> {
  const { ofState } = list
  if (!ofState) return countRows(db, parents, list)
  const name = `count ${JSON.stringify(list.values)}`
  const count = async (id: number): Promise<number> =>
    (await countMatching(db, id, ofState)) ?? (await countRows(db, [id], list))[0]
  return cachedByState(db, name, parents, count, 'number')
}

/** One loader for each set of options: fields with the same arguments are fetched together. */
function byOptions<Options, Value, Key = number>(
  fetchFor: (options: Options) => (keys: readonly Key[]) => Promise<Value[]>,
  toName: (options: Options) => string = JSON.stringify,
): (options: Options) => DataLoader<Key, Value> {
  const loaders = new Map<string, DataLoader<Key, Value>>()
  return (options) => {
    const name = toName(options)
    const known = loaders.get(name)
    if (known) return known
    const created = new DataLoader<Key, Value>(fetchFor(options))
    loaders.set(name, created)
    return created
  }
}
