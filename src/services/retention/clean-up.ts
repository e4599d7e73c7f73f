import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import {
  countExpired,
  deleteArtifact,
  deleteExpired,
  listDatasetIds,
  lockRetention,
  selectExpiredFits,
  selectExpiredJobs,
  selectExpiredSearches,
  selectOldSurrogates,
} from '../../db/retention/expired-rows.js'
import { findBestSurrogates } from '../../db/surrogates/find-surrogates.js'
import { findReadyMap } from '../surrogates/get-surrogate.js'

/** What the operator keeps. 0 keeps everything. */
export interface Retention {
  /** Days after which ended trainings and failed fits are deleted. Runs stay. */
  readonly jobsDays: number
  /** Days after which ended searches are deleted with their suggestions. Evaluations stay. */
  readonly searchesDays: number
  /** Number of versions of a surrogate, for each dataset and algorithm, that can still predict. */
  readonly surrogates: number
}

/** Something that a rule deletes. */
export const DELETED_KINDS = ['surrogate_artifacts', 'training_jobs', 'failed_fits', 'searches'] as const

export type DeletedKind = (typeof DELETED_KINDS)[number]

interface Rule {
  readonly what: DeletedKind
  isOn(retention: Retention): boolean
  count(db: Db, retention: Retention): Promise<number>
  /** Deletes a batch and returns its size; 0 if nothing is left. */
  deleteSome(db: Db, retention: Retention): Promise<number>
}

/** Rows of a batch. A transaction of this size holds its locks for milliseconds. */
const BATCH = 500

/** In this order: artifacts are the largest. */
const RULES: readonly Rule[] = [
  {
    what: 'surrogate_artifacts',
    isOn: ({ surrogates }) => surrogates > 0,
    count: async (db, { surrogates }) => countExpired(db.$kysely, await selectOld(db, surrogates)),
    deleteSome: async (db, { surrogates }) => deleteArtifact(db.$kysely, await selectOld(db, surrogates)),
  },
  {
    what: 'training_jobs',
    isOn: ({ jobsDays }) => jobsDays > 0,
    count: (db, { jobsDays }) => countExpired(db.$kysely, selectExpiredJobs(db.$kysely, jobsDays)),
    deleteSome: (db, { jobsDays }) =>
      deleteExpired(db.$kysely, 'training_jobs', selectExpiredJobs(db.$kysely, jobsDays), BATCH),
  },
  {
    what: 'failed_fits',
    isOn: ({ jobsDays }) => jobsDays > 0,
    count: (db, { jobsDays }) => countExpired(db.$kysely, selectExpiredFits(db.$kysely, jobsDays)),
    deleteSome: (db, { jobsDays }) =>
      deleteExpired(db.$kysely, 'surrogates', selectExpiredFits(db.$kysely, jobsDays), BATCH),
  },
  {
    what: 'searches',
    isOn: ({ searchesDays }) => searchesDays > 0,
    count: (db, { searchesDays }) => countExpired(db.$kysely, selectExpiredSearches(db.$kysely, searchesDays)),
    deleteSome: (db, { searchesDays }) =>
      deleteExpired(db.$kysely, 'searches', selectExpiredSearches(db.$kysely, searchesDays), BATCH),
  },
]

export interface CleanUpOptions {
  readonly signal?: AbortSignal
  /** Called after each batch. */
  onDeleted?(what: DeletedKind, count: number): void
}

/**
 * Deletes what the operator does not keep, in small transactions: a process that ends in between has deleted whole
 * batches, and the next one continues. If another process deletes at the moment, this one leaves it to it. Returns how
 * many rows of each kind were deleted here.
 */
export async function cleanUp(
  database: Database,
  retention: Retention,
  { signal, onDeleted }: CleanUpOptions = {},
): Promise<Record<DeletedKind, number>> {
  const deleted = Object.fromEntries(DELETED_KINDS.map((what) => [what, 0])) as Record<DeletedKind, number>
  for (const rule of RULES.filter(({ isOn }) => isOn(retention))) {
    while (!signal?.aborted) {
      const count = await inTransaction(database, async (db) =>
        (await lockRetention(db.$kysely)) ? rule.deleteSome(db, retention) : 0,
      )
      if (count === 0) break
      deleted[rule.what] += count
      onDeleted?.(rule.what, count)
    }
  }
  return deleted
}

/** How many rows of each kind `cleanUp` would delete now. */
export async function countDeletable({ prisma }: Database, retention: Retention): Promise<Record<DeletedKind, number>> {
  const counts = await Promise.all(
    RULES.map(async (rule) => [rule.what, rule.isOn(retention) ? await rule.count(prisma, retention) : 0]),
  )
  return Object.fromEntries(counts) as Record<DeletedKind, number>
}

/** The old surrogates, except those that answer now. */
async function selectOld(db: Db, count: number) {
  const kept: number[] = []
  for (const id of await listDatasetIds(db.$kysely)) {
    const [best] = await findBestSurrogates(db.$kysely, [id])
    for (const surrogate of [best, await findReadyMap(db, id)]) {
      if (surrogate) kept.push(surrogate.id)
    }
  }
  return selectOldSurrogates(db.$kysely, count, kept)
}
