import { type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import type { MetricColumn } from '../tables/metric-columns.js'
import { type ChangedEvaluation, ColumnView } from './column-view.js'
import { functionLine, readFunctionLine } from './function-lines.js'
import { type AboutColumns, FORMAT } from './keep-columns.js'
import { loadLists } from './load-lists.js'
import { runCountOf, singleSeed, squaresOf } from './repeated-runs.js'

/** What a question looks at besides the functions. */
export interface Needed {
  readonly metrics: readonly Metric[]
  /** The metric whose repeated runs are needed. */
  readonly repeated?: Metric
  /** Whether the seeds of single runs are needed. */
  readonly seeds?: boolean
}

/** More changed evaluations than this are not read one by one: the next generation includes them soon. */
const MOST_CHANGES = 20_000

/**
 * Computes something from all evaluations of a dataset as they are at this moment. Null if they are not packed, or if too much
 * changed since then: then ask the tables. `compute` must not wait for anything. It also returns null if it cannot say.
 */
export function computeFromColumns<Result>(
  db: Kysely<Tables>,
  datasetId: number,
  { metrics, repeated, seeds = false }: Needed,
  compute: (view: ColumnView) => Result | null,
): Promise<Result | null> {
  const columns = [...new Set(metrics)].map((metric) => METRICS[metric].column)
  const ofRuns = repeated && METRICS[repeated].column
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return snapshot.execute(async (transaction) => {
    const kept = await findKept(transaction, datasetId)
    if (!kept || kept.isUnknown || kept.changes > MOST_CHANGES) return null
    const about = JSON.parse(kept.about.toString()) as AboutColumns
    if (!about.isPacked || ((ofRuns || seeds) && about.version !== kept.version)) return null
    if (seeds && about.format !== FORMAT) return null
    const changed =
      kept.changes === 0 ? { ids: [], rows: [] } : await listChanged(transaction, datasetId, columns, ofRuns, seeds)
    const owner = { datasetId, generation: kept.generation }
    const lists = await loadLists(db, transaction, owner, about, { columns, repeated: ofRuns, seeds })
    const view = new ColumnView(lists, changed.ids, changed.rows)
    return view.isExact ? compute(view) : null
  })
}

function findKept(db: Kysely<Tables>, datasetId: number) {
  const changes = db.selectFrom('evaluation_changes as x').where('x.dataset_id', '=', datasetId)
  return db
    .selectFrom('kept_datasets as k')
    .innerJoin('datasets as d', 'd.id', 'k.dataset_id')
    .innerJoin('dataset_columns as c', (join) =>
      join.onRef('c.dataset_id', '=', 'k.dataset_id').onRef('c.generation', '=', 'k.generation'),
    )
    .select(['k.generation', 'd.version', 'c.bytes as about'])
    .select(({ exists }) => [
      changes.select(sql<number>`count(*)::int`.as('count')).$asScalar().$notNull().as('changes'),
      exists(changes.select('x.id').where('x.evaluation_id', 'is', null)).as('isUnknown'),
    ])
    .where('k.dataset_id', '=', datasetId)
    .where('c.name', '=', 'about')
    .executeTakeFirst()
}

/** The evaluations that the log names, and those of them that are there, as they are now. */
async function listChanged(
  db: Kysely<Tables>,
  datasetId: number,
  columns: readonly MetricColumn[],
  repeated: MetricColumn | undefined,
  seeds: boolean,
): Promise<{ ids: number[]; rows: ChangedEvaluation[] }> {
  const logged = await db
    .selectFrom('evaluation_changes as x')
    .select('x.evaluation_id as id')
    .distinct()
    .where('x.dataset_id', '=', datasetId)
    .where('x.evaluation_id', 'is not', null)
    .$narrowType<{ id: number }>()
    .execute()
  const ids = logged.map(({ id }) => id)
  const rows = await db
    .selectFrom('evaluations as e')
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .select(functionLine.as('line'))
    .select(columns.map((column) => `e.${column}` as const))
    .$if(repeated !== undefined, (query) =>
      query.select(
        sql<readonly [runs: number, squares: number] | null>`case when e.run_count > 1 then (
          select json_build_array(${runCountOf(repeated as MetricColumn)}, ${squaresOf(repeated as MetricColumn)}::text)
            from runs r join datasets d on d.id = r.dataset_id and d.version = r.dataset_version
            where r.evaluation_id = e.id) end`.as('repeated'),
      ),
    )
    .$if(seeds, (query) =>
      query.select(
        sql<number>`(select ${singleSeed} from runs r join datasets d on d.id = r.dataset_id and d.version = r.dataset_version
          where r.evaluation_id = e.id)`.as('seed'),
      ),
    )
    .where('e.id', '=', anyOf(ids))
    .where('e.dataset_id', '=', datasetId)
    .execute()
  return {
    ids,
    rows: rows.map(({ line, repeated: found, seed = null, ...values }) => ({
      ...readFunctionLine(line),
      values,
      repeated: repeated && found ? { [repeated]: { runs: found[0], squares: Number(found[1]) } } : {},
      seed,
    })),
  }
}
