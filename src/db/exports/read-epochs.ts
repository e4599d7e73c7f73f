import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { toEvaluationConditions } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'
import type { ExportScope } from './read-exported.js'

/** The learning curve of a run. */
export interface BulkCurve {
  /** The expression of its evaluation. */
  readonly expression: string
  /** The identity of its function, 64 hexadecimal digits. */
  readonly activationId: string
  readonly seed: number | null
  /** The version of the dataset at the time of the run. */
  readonly version: string
  /** For each epoch: its number, accuracy and loss of training, accuracy and loss of validation. */
  readonly epochs: readonly (number | null)[][]
}

/** Number of runs in memory at a time. */
const PAGE = 50

const curvesAfter = compileByShape((db, { datasetId, last, conditions }: Parameters<ExportScope & { last: number }>) =>
  db
    .selectFrom('runs as r')
    .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
    .innerJoin('activations as a', 'a.id', 'r.activation_id')
    .select(['r.id', 'e.expression', 'r.seed', 'r.dataset_version as version'])
    .select(sql<string>`encode(a.identity, 'hex')`.as('activationId'))
    .select((eb) =>
      eb
        .selectFrom('run_epochs as c')
        .select(
          sql<(number | null)[][]>`coalesce(json_agg(json_build_array(c.epoch,
            c.train_accuracy, c.train_loss, c.validation_accuracy, c.validation_loss) order by c.epoch), '[]')`.as(
            'curve',
          ),
        )
        .whereRef('c.run_id', '=', 'r.id')
        .$asScalar()
        .$notNull()
        .as('epochs'),
    )
    .where('r.dataset_id', '=', datasetId)
    .where('r.id', '>', last)
    .where((eb) => eb.and(toEvaluationConditions(conditions)))
    .orderBy('r.id')
    .limit(sql.lit(PAGE)),
)

/** The learning curves of the runs of an export, in the order of `readRuns`. Call it in a transaction like that one. */
export async function* readEpochs(db: Kysely<Tables>, scope: ExportScope): AsyncGenerator<BulkCurve, void, void> {
  for (let last = 0; ; ) {
    const rows = await curvesAfter(db, { ...scope, last }, null)
    for (const { id, ...curve } of rows) {
      last = id
      yield curve
    }
    if (rows.length < PAGE) return
  }
}
