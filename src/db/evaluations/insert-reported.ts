import { type Kysely, sql } from 'kysely'
import type { LearnedParameter } from '../../learned-parameters.js'
import type { Metrics } from '../../metrics.js'
import type { JsonObject } from '../tables/column-types.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listsFrom, unnest } from '../tables/lists.js'
import { METRIC_COLUMNS, metricLists, metricsOf } from '../tables/metric-columns.js'

/** Where reported runs are recorded. */
export interface ReportTarget {
  readonly datasetId: number
  readonly datasetVersion: string
  /** Null for a file that was imported on the command line. */
  readonly apiKeyId: number | null
  /** @defaultValue REPORTED */
  readonly origin?: 'REPORTED' | 'IMPORTED'
}

/** A run that a client reported. */
export interface ReportedRow {
  readonly activationId: number
  /** The canonical text that was evaluated. */
  readonly expression: string
  /** Null if it is unknown. Such a run never counts as reported before. */
  readonly seed: number | null
  readonly metrics: Metrics
  readonly metadata: JsonObject | null
  readonly learnedParameters?: readonly LearnedParameter[] | null
}

/** The evaluation of a function, with the number of its runs. */
export interface LockedEvaluation {
  readonly id: number
  readonly runs: number
}

/**
 * Creates missing evaluations of functions, of the origin of the target, and locks all of them until the transaction
 * ends, so that runs of one function are added one after the other. Returns them by the ids of the functions. Rows are
 * locked in the order of the functions, so that two transactions do not deadlock.
 */
export async function lockReportedEvaluations(
  db: Kysely<Tables>,
  { datasetId, apiKeyId, origin = 'REPORTED' }: ReportTarget,
  rows: readonly Pick<ReportedRow, 'activationId' | 'expression'>[],
): Promise<Map<number, LockedEvaluation>> {
  // Of several spellings, the first one names a new evaluation.
  const spellings = new Map([...rows].reverse().map(({ activationId, expression }) => [activationId, expression]))
  const list = listsFrom([...spellings].sort(([a], [b]) => a - b))
  await db
    .insertInto('evaluations')
    .columns(['dataset_id', 'activation_id', 'expression', 'origin', 'api_key_id'])
    .expression((eb) =>
      eb
        .selectFrom(
          unnest('n', { activation_id: list('int4', ([id]) => id), expression: list('text', ([, text]) => text) }),
        )
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id', 'n.expression'])
        .select([sql`${origin}::dataset_origin`.as('origin'), sql<number>`${apiKeyId}::int`.as('api_key_id')])
        .orderBy('n.position'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const locked = await db
    .selectFrom('evaluations as e')
    .select(['e.id', 'e.activation_id'])
    .where('e.dataset_id', '=', datasetId)
    .where('e.activation_id', '=', anyOf([...spellings.keys()]))
    .where('e.origin', '=', origin)
    .orderBy('e.activation_id')
    .forUpdate()
    .execute()
  const counts = await db
    .selectFrom('runs as r')
    .select(['r.evaluation_id', sql<number>`count(*)::int`.as('runs')])
    .where('r.evaluation_id', '=', anyOf(locked.map(({ id }) => id)))
    .groupBy('r.evaluation_id')
    .execute()
  const runsOf = new Map(counts.map(({ evaluation_id, runs }) => [evaluation_id, runs]))
  return new Map(locked.map(({ id, activation_id }) => [activation_id, { id, runs: runsOf.get(id) ?? 0 }]))
}

/** The places of the rows, from 0, whose function and seed the dataset has a run of in this version. */
export async function findKnownSeeds(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: Pick<ReportTarget, 'datasetId' | 'datasetVersion'>,
  rows: readonly Pick<ReportedRow, 'activationId' | 'seed'>[],
): Promise<number[]> {
  const list = listsFrom(rows)
  const keys = unnest('k', {
    activation_id: list('int4', (row) => row.activationId),
    seed: list('int4', (row) => row.seed),
  })
  const known = await db
    .selectFrom(keys)
    .innerJoin('runs as r', (join) =>
      join.onRef('r.activation_id', '=', 'k.activation_id').onRef('r.seed', '=', 'k.seed'),
    )
    .select('k.position')
    .where('r.dataset_id', '=', datasetId)
    .where('r.dataset_version', '=', datasetVersion)
    .orderBy('k.position')
    .execute()
  return known.map(({ position }) => Number(position) - 1)
}

/** Stores runs of locked evaluations, in their order. No two rows may have the same function and seed. */
export async function insertReportedRuns(
  db: Kysely<Tables>,
  { datasetId, datasetVersion, apiKeyId }: ReportTarget,
  rows: readonly (ReportedRow & { readonly evaluationId: number })[],
): Promise<void> {
  const list = listsFrom(rows)
  const values = unnest('n', {
    evaluation_id: list('int4', (row) => row.evaluationId),
    activation_id: list('int4', (row) => row.activationId),
    seed: list('int4', (row) => row.seed),
    metadata: list('text', ({ metadata }) => metadata && JSON.stringify(metadata)),
    learned_parameters: list('text', ({ learnedParameters: learned }) => (learned ? JSON.stringify(learned) : null)),
    ...metricLists(rows.map(({ metrics }) => metrics)),
  })
  await db
    .insertInto('runs')
    .columns([
      ...(['evaluation_id', 'dataset_id', 'activation_id', 'dataset_version', 'seed'] as const),
      ...(['metadata', 'learned_parameters', 'api_key_id'] as const),
      ...METRIC_COLUMNS,
    ])
    .expression((eb) =>
      eb
        .selectFrom(values)
        .select(['n.evaluation_id', sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id'])
        .select([sql<string>`${datasetVersion}::text`.as('dataset_version'), 'n.seed'])
        .select([sql`n.metadata::json`.as('metadata'), sql`n.learned_parameters::json`.as('learned_parameters')])
        .select(sql<number>`${apiKeyId}::int`.as('api_key_id'))
        .select(metricsOf('n'))
        .orderBy('n.position'),
    )
    .execute()
}
