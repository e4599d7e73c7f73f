import type pg from 'pg'
import { inChunks } from '../statements/in-chunks.js'

export interface NewMetrics {
  readonly trainAccuracy: number | null
  readonly trainLoss: number | null
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
  readonly testAccuracy: number | null
  readonly testLoss: number | null
  readonly runtimeSeconds: number | null
}

export interface NewEvaluation {
  readonly activationId: number
  readonly expression: string
  readonly metrics: NewMetrics
}

export interface NewRun extends NewMetrics {
  readonly activationId: number
  readonly seed: number
  /** Train accuracy, train loss, validation accuracy, validation loss of each epoch. */
  readonly epochs: readonly (readonly (number | null)[])[]
  readonly backend: string | null
  readonly device: string | null
  readonly softwareVersion: string | null
}

/** The dataset, in the version to which runs belong. */
export interface RunsOwner {
  readonly datasetId: number
  readonly datasetVersion: string
}

/** Stores evaluations of functions that have none in the dataset, with origin TRAINED; the others stay as they are. */
export async function insertEvaluations(
  client: pg.ClientBase,
  { datasetId }: Pick<RunsOwner, 'datasetId'>,
  evaluations: readonly NewEvaluation[],
): Promise<void> {
  await inChunks(evaluations, CHUNK, (chunk) => {
    const rows = chunk.map(({ activationId, expression, metrics }) => ({ activationId, expression, ...metrics }))
    return client.query(INSERT_EVALUATIONS, [datasetId, JSON.stringify(rows)])
  })
}

/**
 * Stores runs with their learning curves where dataset, version, function and seed have none yet, and sets the
 * evaluations of their functions, which must be there, to the medians over the runs of this version. Returns how many were
 * new.
 */
export async function insertRuns(
  client: pg.ClientBase,
  { datasetId, datasetVersion }: RunsOwner,
  runs: readonly NewRun[],
): Promise<number> {
  let count = 0
  await inChunks(runs, CHUNK, async (chunk) => {
    const { rows } = await client.query<{ id: number; evaluation_id: number; activation_id: number; seed: number }>(
      INSERT_RUNS,
      [datasetId, datasetVersion, formatRows(chunk)],
    )
    const epochsOf = new Map(chunk.map((run) => [`${run.activationId}:${run.seed}`, run.epochs]))
    const epochs = rows.flatMap(({ id, activation_id, seed }) =>
      (epochsOf.get(`${activation_id}:${seed}`) ?? []).map((values, i) => [id, i + 1, ...values]),
    )
    const columns = Array.from({ length: 6 }, (_, column) => epochs.map((epoch) => epoch[column]))
    await client.query(INSERT_EPOCHS, columns)
    await client.query(SET_MEDIANS, [rows.map((row) => row.evaluation_id), datasetVersion])
    count += rows.length
  })
  return count
}

/**
 * Deletes shipped runs that these runs replace: same function and seed, but of another version of the dataset or with other
 * metrics. A run is shipped if it has neither a job nor a key. Nothing that was trained or reported here is touched.
 */
export async function deleteSuperseded(
  client: pg.ClientBase,
  { datasetId, datasetVersion }: RunsOwner,
  runs: readonly NewRun[],
): Promise<void> {
  await inChunks(runs, CHUNK, (chunk) =>
    client.query(DELETE_SUPERSEDED, [datasetId, datasetVersion, formatRows(chunk)]),
  )
}

/** Runs without their curves, as the statements read them. */
function formatRows(runs: readonly NewRun[]): string {
  return JSON.stringify(runs.map(({ epochs: _, ...run }) => run))
}

const CHUNK = 1000

const METRICS = `"trainAccuracy" float8, "trainLoss" float8, "validationAccuracy" float8, "validationLoss" float8,
  "testAccuracy" float8, "testLoss" float8, "runtimeSeconds" float8`
const METRIC_COLUMNS = `train_accuracy, train_loss, validation_accuracy, validation_loss, test_accuracy, test_loss,
  runtime_seconds`
const METRIC_FIELDS = `new."trainAccuracy", new."trainLoss", new."validationAccuracy", new."validationLoss",
  new."testAccuracy", new."testLoss", new."runtimeSeconds"`

const INSERT_EVALUATIONS = `
  INSERT INTO evaluations (dataset_id, activation_id, expression, origin, ${METRIC_COLUMNS})
  SELECT $1, new."activationId", new.expression, 'TRAINED', ${METRIC_FIELDS}
  FROM json_to_recordset($2::json) AS new ("activationId" int, expression text, ${METRICS})
  WHERE NOT EXISTS (SELECT FROM evaluations e WHERE e.dataset_id = $1 AND e.activation_id = new."activationId")
  ON CONFLICT DO NOTHING`

const INSERT_RUNS = `
  INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, ${METRIC_COLUMNS},
    backend, device, software_version)
  SELECT (SELECT min(e.id) FROM evaluations e WHERE e.dataset_id = $1 AND e.activation_id = new."activationId"),
    $1, new."activationId", $2, new.seed, ${METRIC_FIELDS}, new.backend, new.device, new."softwareVersion"
  FROM json_to_recordset($3::json) AS new ("activationId" int, seed int, ${METRICS},
    backend text, device text, "softwareVersion" text)
  ON CONFLICT DO NOTHING
  RETURNING id, evaluation_id, activation_id, seed`

const DELETE_SUPERSEDED = `
  DELETE FROM runs r
  USING json_to_recordset($3::json) AS new ("activationId" int, seed int, ${METRICS})
  WHERE r.dataset_id = $1 AND r.activation_id = new."activationId" AND r.seed = new.seed
    AND r.training_job_id IS NULL AND r.api_key_id IS NULL
    AND (r.dataset_version, r.train_accuracy, r.train_loss, r.validation_accuracy, r.validation_loss, r.test_accuracy,
        r.test_loss)
      IS DISTINCT FROM ($2, new."trainAccuracy", new."trainLoss", new."validationAccuracy", new."validationLoss",
        new."testAccuracy", new."testLoss")`

const INSERT_EPOCHS = `
  INSERT INTO run_epochs (run_id, epoch, train_accuracy, train_loss, validation_accuracy, validation_loss)
  SELECT * FROM unnest($1::int[], $2::int[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])`

const MEDIANS = METRIC_COLUMNS.split(',').map((column) => column.trim())

const SET_MEDIANS = `
  UPDATE evaluations e
  SET ${MEDIANS.map((column) => `${column} = medians.${column}`).join(', ')}, updated_at = now()
  FROM (
    SELECT evaluation_id,
      ${MEDIANS.map((column) => `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column}) AS ${column}`).join(', ')}
    FROM runs WHERE evaluation_id = ANY($1) AND dataset_version = $2 GROUP BY evaluation_id
  ) AS medians
  WHERE e.id = medians.evaluation_id AND e.origin <> 'IMPORTED'`
