import { type Kysely, sql } from 'kysely'
import type { LearnedParameter } from '../../learned-parameters.js'
import type { Metrics } from '../../metrics.js'
import { refreshMediansOf } from '../evaluations/refresh-medians.js'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { listsFrom, unnest } from '../tables/lists.js'
import { METRIC_COLUMNS, metricLists, metricsOf } from '../tables/metric-columns.js'
import type { DatasetVersion } from './insert-imported.js'

export interface NewEvaluation {
  readonly activationId: number
  readonly expression: string
  readonly metrics: Metrics
}

export interface NewRun extends Metrics {
  readonly activationId: number
  readonly seed: number
  /** Train accuracy, train loss, validation accuracy, validation loss of each epoch. */
  readonly epochs: readonly (readonly (number | null)[])[]
  readonly backend: string | null
  readonly device: string | null
  readonly softwareVersion: string | null
  readonly learnedParameters?: readonly LearnedParameter[] | null
  readonly endReason?: string | null
}

/**
 * Stores evaluations, of origin TRAINED, of functions that have none in the dataset. Stored evaluations do not change.
 */
export async function insertEvaluations(
  db: Kysely<Tables>,
  { datasetId }: Pick<DatasetVersion, 'datasetId'>,
  evaluations: readonly NewEvaluation[],
): Promise<void> {
  await inChunks(evaluations, CHUNK, (chunk) => {
    const list = listsFrom(chunk)
    const rows = unnest('n', {
      activation_id: list('int4', ({ activationId }) => activationId),
      expression: list('text', ({ expression }) => expression),
      ...metricLists(chunk.map(({ metrics }) => metrics)),
    })
    return db
      .insertInto('evaluations')
      .columns(['dataset_id', 'activation_id', 'expression', 'origin', ...METRIC_COLUMNS])
      .expression((eb) =>
        eb
          .selectFrom(rows)
          .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id', 'n.expression'])
          .select([sql`'TRAINED'::dataset_origin`.as('origin'), ...metricsOf('n')])
          .where(({ exists, not, selectFrom }) =>
            not(
              exists(
                selectFrom('evaluations as e')
                  .where('e.dataset_id', '=', datasetId)
                  .whereRef('e.activation_id', '=', 'n.activation_id'),
              ),
            ),
          )
          .orderBy('n.position'),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}

/**
 * Stores runs with their learning curves unless a run of the same dataset, version, function and seed is stored. The
 * evaluations of the functions must exist; their metrics become the medians over the runs of this version. Returns the
 * number of new runs.
 */
export async function insertRuns(db: Kysely<Tables>, owner: DatasetVersion, runs: readonly NewRun[]): Promise<number> {
  let count = 0
  await inChunks(runs, CHUNK, async (chunk) => {
    const inserted = await insertRows(db, owner, chunk)
    const epochsOf = new Map(chunk.map((run) => [`${run.activationId}:${run.seed}`, run.epochs]))
    const epochs = inserted.flatMap(({ id, activation_id, seed }) =>
      (epochsOf.get(`${activation_id}:${seed}`) ?? []).map((values, i) => ({ runId: id, epoch: i + 1, values })),
    )
    await insertEpochs(db, epochs)
    await refreshMediansOf(
      db,
      owner,
      inserted.map((row) => row.evaluation_id),
    )
    count += inserted.length
  })
  return count
}

/**
 * Deletes shipped runs that these runs replace: same function and seed, but of another version of the dataset or with
 * other metrics. A run is shipped if it has neither a job nor a key. Runs that were trained or reported here stay.
 */
export async function deleteSuperseded(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: DatasetVersion,
  runs: readonly NewRun[],
): Promise<void> {
  // Runtimes differ from machine to machine, so they do not tell runs apart.
  const compared = METRIC_COLUMNS.filter((column) => column !== 'runtime_seconds')
  const columnsOf = (alias: string) => sql.join(compared.map((column) => sql.ref(`${alias}.${column}`)))
  await inChunks(runs, CHUNK, (chunk) =>
    db
      .deleteFrom('runs as r')
      .using(unnest('n', listsOf(chunk)))
      .where('r.dataset_id', '=', datasetId)
      .whereRef('r.activation_id', '=', 'n.activation_id')
      .whereRef('r.seed', '=', 'n.seed')
      .where('r.training_job_id', 'is', null)
      .where('r.api_key_id', 'is', null)
      .where(
        sql<boolean>`(r.dataset_version, ${columnsOf('r')}) is distinct from (${datasetVersion}::text, ${columnsOf('n')})`,
      )
      .execute(),
  )
}

function listsOf(runs: readonly NewRun[]) {
  const list = listsFrom(runs)
  return {
    activation_id: list('int4', (run) => run.activationId),
    seed: list('int4', (run) => run.seed),
    ...metricLists(runs),
  }
}

function insertRows(db: Kysely<Tables>, { datasetId, datasetVersion }: DatasetVersion, runs: readonly NewRun[]) {
  const list = listsFrom(runs)
  const rows = unnest('n', {
    ...listsOf(runs),
    backend: list('text', (run) => run.backend),
    device: list('text', (run) => run.device),
    software_version: list('text', (run) => run.softwareVersion),
    learned_parameters: list('text', (run) => toJson(run.learnedParameters)),
    end_reason: list('text', (run) => run.endReason ?? null),
  })
  return db
    .insertInto('runs')
    .columns([
      ...(['evaluation_id', 'dataset_id', 'activation_id', 'dataset_version', 'seed'] as const),
      ...METRIC_COLUMNS,
      ...(['backend', 'device', 'software_version', 'end_reason', 'learned_parameters'] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select(({ selectFrom }) =>
          selectFrom('evaluations as e')
            .select(({ fn }) => fn.min('e.id').as('id'))
            .where('e.dataset_id', '=', datasetId)
            .whereRef('e.activation_id', '=', 'n.activation_id')
            .as('evaluation_id'),
        )
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id'])
        .select([sql<string>`${datasetVersion}::text`.as('dataset_version'), 'n.seed', ...metricsOf('n')])
        .select(['n.backend', 'n.device', 'n.software_version', 'n.end_reason'])
        .select(sql`n.learned_parameters::json`.as('learned_parameters'))
        .orderBy('n.position'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'evaluation_id', 'activation_id', 'seed'])
    .execute()
}

function toJson(value: object | null | undefined): string | null {
  return value ? JSON.stringify(value) : null
}

interface NewEpoch {
  readonly runId: number
  readonly epoch: number
  readonly values: readonly (number | null)[]
}

async function insertEpochs(db: Kysely<Tables>, epochs: readonly NewEpoch[]): Promise<void> {
  const valuesAt = (index: number) => listsFrom(epochs)('float8', ({ values }) => values[index])
  await db
    .insertInto('run_epochs')
    .columns(['run_id', 'epoch', 'train_accuracy', 'train_loss', 'validation_accuracy', 'validation_loss'])
    .expression((eb) =>
      eb
        .selectFrom(
          unnest('n', {
            run_id: listsFrom(epochs)('int4', ({ runId }) => runId),
            epoch: listsFrom(epochs)('int4', ({ epoch }) => epoch),
            train_accuracy: valuesAt(0),
            train_loss: valuesAt(1),
            validation_accuracy: valuesAt(2),
            validation_loss: valuesAt(3),
          }),
        )
        .select(['n.run_id', 'n.epoch', 'n.train_accuracy', 'n.train_loss'])
        .select(['n.validation_accuracy', 'n.validation_loss']),
    )
    .execute()
}

const CHUNK = 1000
