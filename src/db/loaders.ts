import DataLoader from 'dataloader'
import type { Kysely } from 'kysely'
import type { Metric } from '../metrics.js'
import { findProperties } from './activations/activation-properties.js'
import { findDescribed } from './activations/described-activations.js'
import type { Database } from './connection/client.js'
import { findTaskDefinitions } from './datasets/task-definitions.js'
import type { DatasetKey } from './evaluations/cached-by-state.js'
import { findStatistics } from './evaluations/cached-statistics.js'
import { countList } from './evaluations/count-list.js'
import { countEvaluations, findEvaluations, findEvaluationsOf, findRanks } from './evaluations/find-evaluations.js'
import { findSeedNoise } from './evaluations/find-noise.js'
import { findEpochs, findRunsOf, findRunsOfJobs } from './evaluations/find-runs.js'
import { listChangedEvaluations, readClock } from './evaluations/list-changed-evaluations.js'
import { type GroupKey, listGroups } from './evaluations/list-statistics.js'
import { findFisherSpectra, findOutputs, findSpectrumFailures } from './features/find-vectors.js'
import { defineMembers, type MembersOf } from './lazy-members.js'
import { countCompleted, findBestSuggestions, findCompletedSuggestions } from './searches/find-searches.js'
import { listPassedOver } from './searches/passed-over.js'
import { findProgress } from './searches/search-progress.js'
import { findSnapshotsById, findSnapshotsByName } from './snapshots/find-snapshots.js'
import { listVerifications } from './snapshots/verifications.js'
import type { EvaluationConditions } from './statements/conditions.js'
import { findActivationsByIdentity, findDatasetsByName, findRows, type TableWithIds } from './statements/find-rows.js'
import type { PageList } from './statements/page-query.js'
import { findPositionAt, listPages, type Page, type Position, type Window } from './statements/pages.js'
import { nameShape, type RowShape } from './statements/row-shapes.js'
import { listShapedPages, type ShapedPage } from './statements/shaped-pages.js'
import { findShapedActivations, findShapedEvaluationsOf } from './statements/shaped-rows.js'
import { sharedRead } from './statements/shared-read.js'
import { listCalibrationParts, listErrorsByOperator, listLargestErrors } from './surrogates/calibration.js'
import {
  findBestSurrogates,
  findNewestReady,
  findPoints,
  findSurrogateVersions,
  listNewestSurrogates,
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
export type Loaders = MembersOf<typeof LOADERS>

type Source = Pick<Database, 'kysely'>

/**
 * The loaders of one request. Each loader collects the keys of a request, reads their rows with one statement, and
 * caches the rows until the request ends. A missing row is null, and a missing list is empty.
 */
export const LOADERS = {
  activation: rowsOf('activations'),
  activationByIdentity: loadBy(sharedRead(findActivationsByIdentity)),
  apiKey: rowsOf('api_keys'),
  activationProperties: loadBy(findProperties),
  bestSuggestion: loadBy(findBestSuggestions),
  completedCount: loadBy(countCompleted),
  completedSuggestions: loadBy(findCompletedSuggestions),
  currentJob: loadBy(findCurrentJobs),
  describedExpression: loadBy(findDescribed),
  dataset: rowsOf('datasets'),
  datasetByName: loadBy(findDatasetsByName),
  evaluation: rowsOf('evaluations'),
  evaluationCount: loadBy(countEvaluations),
  evaluationIn: loadBy(findEvaluations, JSON.stringify),
  evaluationsOfActivation: loadBy(findEvaluationsOf),
  fisherSpectrum: loadBy(findFisherSpectra, JSON.stringify),
  spectrumFailure: loadBy(findSpectrumFailures, JSON.stringify),
  taskDefinition: loadBy(findTaskDefinitions),
  jobEpochs: loadBy((kysely, ids: readonly number[]) => findEpochs(kysely, 'training_job', ids)),
  outputs: loadBy(findOutputs),
  point: loadBy(findPoints, JSON.stringify),
  bestSurrogate: loadBy(findBestSurrogates),
  run: rowsOf('runs'),
  runEpochs: loadBy((kysely, ids: readonly number[]) => findEpochs(kysely, 'run', ids)),
  runOfJob: loadBy(findRunsOfJobs),
  runsOfEvaluation: loadBy(findRunsOf),
  searchProgress: loadBy(findProgress),
  search: rowsOf('searches'),
  snapshot: loadBy(findSnapshotsById),
  snapshotByName: loadBy(findSnapshotsByName, JSON.stringify),
  suggestion: rowsOf('suggestions'),
  surrogate: rowsOf('surrogates'),
  newestMap: loadBy((kysely, ids: readonly number[]) => findNewestReady(kysely, 'UMAP_KNN', ids)),
  trainingJob: rowsOf('training_jobs'),
  worker: rowsOf('workers'),

  groups: ({ kysely }: Source) =>
    byOptions(
      (options: { by: GroupKey; metric: Metric; conditions: EvaluationConditions }) =>
        (datasets: readonly DatasetKey[]) =>
          listGroups(kysely, datasets, options),
    ),
  rank: ({ kysely }: Source) =>
    byOptions((metric: Metric) => (ids: readonly number[]) => findRanks(kysely, metric, ids)),
  seedNoise: ({ kysely }: Source) =>
    byOptions((metric: Metric) => (ids: readonly number[]) => findSeedNoise(kysely, metric, ids)),
  statistics: ({ kysely }: Source) =>
    byOptions(
      (options: { metric: Metric; conditions: EvaluationConditions; bins: number }) =>
        (datasets: readonly DatasetKey[]) =>
          findStatistics(kysely, datasets, options),
    ),
  verifications: ({ kysely }: Source) =>
    byOptions((most: number) => (ids: readonly number[]) => listVerifications(kysely, most, ids)),
  passedOver: ({ kysely }: Source) =>
    byOptions((most: number) => (ids: readonly number[]) => listPassedOver(kysely, most, ids)),
  surrogateVersion: ({ kysely }: Source) =>
    byOptions((version: number) => (ids: readonly number[]) => findSurrogateVersions(kysely, version, ids)),

  /** Workers seen within the last minute, longest running first. */
  workers: asked(listWorkers),
  /** The time by the database's clock. */
  clock: asked(readClock),
  /** Evaluations of a dataset that were recorded or changed since a time, up to a maximum number. */
  changedEvaluations: asked(listChangedEvaluations),
  /** Training jobs of a dataset that were queued or changed since a time, up to a maximum number. */
  changedTrainingJobs: asked(listChangedJobs),
  /** The newest surrogate for each algorithm, in any state; the newest of all comes first. */
  newestSurrogates: asked(listNewestSurrogates),
  /** How far off the predictions of a surrogate are: in parts by their height, by operator, and the worst ones. */
  calibration: asked(listCalibrationParts),
  errorsByOperator: asked(listErrorsByOperator),
  largestErrors: asked(listLargestErrors),
  /** A page of a list. Equal pages of several parents are read with one statement. */
  page: ({ kysely }: Source) => {
    const pages = byOptions(
      ({ list, window }: { list: PageList<unknown>; window: Window }) =>
        (parents: readonly number[]) =>
          listPages(kysely, parents, list, window),
      ({ list, window }) => JSON.stringify([list.name, list.values, window]),
    )
    return <Row>(list: PageList<Row>, window: Window, parent = 0): Promise<Page<Row>> =>
      pages({ list, window }).load(parent) as Promise<Page<Row>>
  },
  /** The position of the row at an index of a list, from 0; null if the list is shorter. */
  positionAt:
    ({ kysely }: Source) =>
    (list: PageList<unknown>, index: number, parent = 0): Promise<Position | null> =>
      findPositionAt(kysely, parent, list, index),
  /** The same page with rows that PostgreSQL has written as JSON, for an answer that needs no objects. */
  shapedPage: ({ kysely }: Source) => {
    const pages = shapedPages<number>(kysely)
    return (list: PageList<unknown>, window: Window, shape: RowShape, parent = 0): Promise<ShapedPage> =>
      pages({ list, window, shape }).load(parent)
  },
  /** The same of a dataset with this name, if nothing else of it is needed. */
  shapedPageOf: ({ kysely }: Source) => {
    const pages = shapedPages<string>(kysely)
    return (list: PageList<unknown>, window: Window, shape: RowShape, dataset: string): Promise<ShapedPage> =>
      pages({ list, window, shape }).load(dataset)
  },
  /** An activation, and the evaluations of one, that PostgreSQL has written as JSON. */
  shapedActivation: byShape(findShapedActivations),
  shapedEvaluationsOf: byShape(findShapedEvaluationsOf),
  /** The number of rows of a list. */
  count: ({ kysely }: Source) => {
    const counts = byOptions(
      (list: PageList<unknown>) => (parents: readonly number[]) => countList(kysely, parents, list),
      (list) => JSON.stringify([list.name, list.values]),
    )
    return (list: PageList<unknown>, parent = 0): Promise<number> => counts(list).load(parent)
  },
}

/** Makes the loaders of a request that reads from this database. */
export const createLoaders = defineMembers(LOADERS)

interface ShapedPages {
  readonly list: PageList<unknown>
  readonly window: Window
  readonly shape: RowShape
}

/** A read that no two fields of a request share. */
function asked<Values extends unknown[], Result>(read: (kysely: Kysely<Tables>, ...values: Values) => Promise<Result>) {
  return ({ kysely }: Source) =>
    (...values: Values) =>
      read(kysely, ...values)
}

function byShape<Value>(find: (kysely: Kysely<Tables>, ids: readonly number[], shape: RowShape) => Promise<Value[]>) {
  return ({ kysely }: Source) =>
    byOptions((shape: RowShape) => (ids: readonly number[]) => find(kysely, ids, shape), nameShape)
}

/** Pages of parents with these ids or names. */
function shapedPages<Parent extends number | string>(kysely: Kysely<Tables>) {
  return byOptions(
    ({ list, window, shape }: ShapedPages) =>
      (parents: readonly Parent[]) =>
        listShapedPages(kysely, parents as readonly number[] | readonly string[], list, window, shape),
    nameShapedPages,
  )
}

const nameShapedPages = ({ list, window, shape }: ShapedPages) =>
  `${nameShape(shape)} ${JSON.stringify([list.name, list.values, window])}`

/** A loader of the rows that a statement finds by its keys. */
function loadBy<Key, Value>(
  find: (kysely: Kysely<Tables>, keys: readonly Key[]) => Promise<Value[]>,
  cacheKeyFn?: (key: Key) => unknown,
) {
  return ({ kysely }: Source) => new DataLoader<Key, Value, unknown>((keys) => find(kysely, keys), { cacheKeyFn })
}

/** A loader of rows by their ids. */
function rowsOf<Table extends TableWithIds>(table: Table) {
  return loadBy((kysely, ids: readonly number[]) => findRows(kysely, table, ids))
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
