import type { Kysely } from 'kysely'
import { grouped, inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { EpochRow, RunRow } from '../statements/rows.js'
import { EPOCH_COLUMNS, RUN_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

// Each function here takes all keys of a request and returns the results in the same order, with one statement.

type Ids = Placeholders<{ ids: readonly number[] }>

const runsOf = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('runs as r')
    .select(RUN_COLUMNS)
    .where('r.evaluation_id', '=', anyOf(ids))
    .orderBy('r.seed', (order) => order.asc().nullsLast())
    .orderBy('r.id'),
)

/** The runs of each evaluation, by seed. */
export async function findRunsOf(db: Kysely<Tables>, evaluationIds: readonly number[]): Promise<RunRow[][]> {
  return grouped(evaluationIds, await runsOf(db, { ids: evaluationIds }), (row) => row.evaluationId)
}

const runsOfJobs = compileOnce((db, { ids }: Ids) =>
  db.selectFrom('runs as r').select(RUN_COLUMNS).where('r.training_job_id', '=', anyOf(ids)),
)

/** The run that each training job made; null if it made none. */
export async function findRunsOfJobs(db: Kysely<Tables>, jobIds: readonly number[]): Promise<(RunRow | null)[]> {
  return inOrder(jobIds, await runsOfJobs(db, { ids: jobIds }), (row) => row.trainingJobId)
}

const EPOCHS = {
  run: compileOnce((db, { ids }: Ids) =>
    db
      .selectFrom('run_epochs as c')
      .select(['c.run_id as owner', ...EPOCH_COLUMNS])
      .where('c.run_id', '=', anyOf(ids))
      .orderBy('c.epoch'),
  ),
  training_job: compileOnce((db, { ids }: Ids) =>
    db
      .selectFrom('training_job_epochs as c')
      .select(['c.training_job_id as owner', ...EPOCH_COLUMNS])
      .where('c.training_job_id', '=', anyOf(ids))
      .orderBy('c.epoch'),
  ),
}

/** The learning curve of each run, or of each training job so far. */
export async function findEpochs(
  db: Kysely<Tables>,
  owner: 'run' | 'training_job',
  ids: readonly number[],
): Promise<EpochRow[][]> {
  return grouped(ids, await EPOCHS[owner](db, { ids }), (row) => row.owner)
}
