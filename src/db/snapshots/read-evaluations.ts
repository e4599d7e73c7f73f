import { type Kysely, sql } from 'kysely'
import { METRIC_ENTRIES, type Metrics } from '../../metrics.js'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { JsonValue } from '../tables/column-types.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { metricColumns } from '../tables/metric-columns.js'

/** A run as a snapshot has it. */
export interface SnapshotRun extends Metrics {
  readonly seed: number | null
  readonly version: string
  readonly backend: string | null
  readonly device: string | null
  readonly softwareVersion: string | null
  readonly metadata?: JsonValue
  readonly learnedParameters?: JsonValue
  readonly endReason?: string | null
}

/** An evaluation with its runs, as a snapshot has it. */
export interface SnapshotEvaluation extends Metrics {
  readonly expression: string
  /** The identity of its function, 64 hexadecimal digits. */
  readonly activationId: string
  readonly runs: readonly SnapshotRun[]
}

/** Number of evaluations in memory at a time. */
const PAGE = 500

const evaluationsOf = compileOnce((db, { ids }: Placeholders<{ ids: readonly number[] }>) =>
  db
    .selectFrom('evaluations as e')
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .select(['e.id', 'e.expression', sql<string>`encode(a.identity, 'hex')`.as('activationId'), ...metricColumns('e')])
    .select((eb) =>
      eb
        .selectFrom('runs as r')
        .select(
          sql<SnapshotRun[]>`coalesce(json_agg(json_build_object('seed', r.seed, 'version', r.dataset_version,
            ${sql.raw(METRIC_ENTRIES.map(({ property, column }) => `'${property}', r.${column}`).join(', '))},
            'backend', r.backend, 'device', r.device, 'softwareVersion', r.software_version, 'metadata', r.metadata,
            'learnedParameters', r.learned_parameters, 'endReason', r.end_reason) order by r.dataset_version collate "C", r.seed nulls last, r.id), '[]')`.as(
            'runs',
          ),
        )
        .whereRef('r.evaluation_id', '=', 'e.id')
        .$asScalar()
        .$notNull()
        .as('runs'),
    )
    .where('e.id', '=', anyOf(ids)),
)

/**
 * The evaluations of a dataset with their runs, by the code points of their expressions, which no two of them share. A cursor
 * sorts them, so memory does not grow with their number. Call it in a transaction of isolation level REPEATABLE READ.
 */
export async function* readInOrder(
  db: Kysely<Tables>,
  datasetId: number,
  after: string | null = null,
): AsyncGenerator<SnapshotEvaluation, void, void> {
  const cursor = sql.raw(`evaluations_of_${datasetId}`)
  const inC = sql`e.expression collate "C"`
  const rest = after === null ? sql`` : sql`and ${inC} > ${after}::text`
  await sql`declare ${cursor} no scroll cursor for
    select e.id from evaluations e where e.dataset_id = ${sql.lit(datasetId)} ${rest} order by ${inC}`.execute(db)
  for (;;) {
    const { rows } = await sql<{ id: number }>`fetch ${sql.lit(PAGE)} from ${cursor}`.execute(db)
    const ids = rows.map(({ id }) => id)
    for (const row of inOrder(ids, await evaluationsOf(db, { ids }), ({ id }) => id)) {
      const { id: _, ...evaluation } = row as NonNullable<typeof row>
      yield evaluation
    }
    if (rows.length < PAGE) break
  }
  await sql`close ${cursor}`.execute(db)
}
