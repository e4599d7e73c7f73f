import { type Kysely, sql } from 'kysely'
import type { Db } from '../connection/client.js'
import type { Evaluation } from '../generated/client.js'
import { answerOrder } from '../statements/answer-order.js'
import type { Tables } from '../tables/generated.js'
import { anyIdentity } from '../tables/lists.js'
import type { EvaluationKey } from './find-evaluations.js'

/** A measured function of a dataset. */
export interface MeasuredRow {
  readonly activationId: number
  /** The first of its evaluations: published files may hold several rows of one function. */
  readonly evaluationId: number
  /** The mean of the validation accuracies of its evaluations. */
  readonly validationAccuracy: number
}

/** The finite functions of a dataset that have a validation accuracy, by their ids. */
export function listMeasured(db: Kysely<Tables>, datasetId: number): Promise<MeasuredRow[]> {
  return selectMeasured(db, datasetId)
    .select([
      'e.activation_id as activationId',
      sql<number>`min(e.id)`.as('evaluationId'),
      sql<number>`avg(e.validation_accuracy)`.as('validationAccuracy'),
    ])
    .groupBy('e.activation_id')
    .orderBy('e.activation_id')
    .execute()
}

/** A measured function of a dataset, with the values that a simulated search looks up. */
export interface TabularRow {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  readonly validationAccuracy: number
  readonly runtimeSeconds: number | null
}

/**
 * The finite functions of a dataset that have a validation accuracy. Several evaluations of one function are averaged.
 */
export function listTabularRows(db: Kysely<Tables>, datasetId: number): Promise<TabularRow[]> {
  return selectMeasured(db, datasetId)
    .select([
      'e.activation_id as activationId',
      sql<string>`encode(a.identity, 'hex')`.as('identityHex'),
      sql<string>`min(e.expression)`.as('expression'),
      sql<number>`avg(e.validation_accuracy)`.as('validationAccuracy'),
      sql<number | null>`avg(e.runtime_seconds)`.as('runtimeSeconds'),
    ])
    .groupBy(['e.activation_id', 'a.identity'])
    .orderBy('e.activation_id')
    .execute()
}

/** A measured function with its stored shape. */
export interface ShapedRow {
  readonly activationId: number
  readonly expression: string
  /** 64 hexadecimal digits; null if it has no twins, or if the shape is not stored. */
  readonly shape: string | null
  /** Whether a shape of this version is stored, or that there is none. */
  readonly isStored: boolean
}

/** The finite functions of a dataset that have a validation accuracy, with their stored shapes. */
export function listShapedRows(db: Kysely<Tables>, datasetId: number, version: number): Promise<ShapedRow[]> {
  return selectMeasured(db, datasetId)
    .leftJoin('activation_shapes as s', (join) =>
      join.onRef('s.activation_id', '=', 'a.id').on('s.version', '=', version),
    )
    .select(['a.id as activationId', 'a.expression', sql<string | null>`encode(s.shape, 'hex')`.as('shape')])
    .select(sql<boolean>`s.activation_id is not null`.as('isStored'))
    .distinct()
    .orderBy('a.id')
    .execute()
}

/** A run of the present version of a dataset, as a simulated search looks it up. */
export interface TabularRun {
  readonly activationId: number
  readonly seed: number | null
  readonly validationAccuracy: number
  readonly runtimeSeconds: number | null
  /** Validation accuracy after each epoch; empty if it is not recorded. */
  readonly curve: number[]
}

/** The runs of the present version of a dataset that have a validation accuracy. */
export function listTabularRuns(db: Kysely<Tables>, datasetId: number): Promise<TabularRun[]> {
  return db
    .selectFrom('runs as r')
    .innerJoin('datasets as d', (join) =>
      join.onRef('d.id', '=', 'r.dataset_id').onRef('d.version', '=', 'r.dataset_version'),
    )
    .select(({ ref }) => [
      'r.activation_id as activationId',
      'r.seed',
      ref('r.validation_accuracy').$notNull().as('validationAccuracy'),
      'r.runtime_seconds as runtimeSeconds',
      sql<number[]>`array(select coalesce(c.validation_accuracy, 0) from run_epochs c where c.run_id = r.id
        order by c.epoch)`.as('curve'),
    ])
    .where('r.dataset_id', '=', datasetId)
    .where('r.validation_accuracy', 'is not', null)
    .orderBy('r.activation_id')
    .orderBy('r.seed')
    .orderBy('r.id')
    .execute()
}

/** The number of functions of a dataset that have a validation accuracy, finite or not. */
export async function countEvaluated(db: Kysely<Tables>, datasetId: number): Promise<number> {
  const { count } = await db
    .selectFrom('evaluations as e')
    .select(sql<number>`count(distinct e.activation_id)::int`.as('count'))
    .where('e.dataset_id', '=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
    .executeTakeFirstOrThrow()
  return count
}

/** The number of functions that `listMeasured` returns. */
export async function countMeasured(db: Kysely<Tables>, datasetId: number): Promise<number> {
  const { count } = await selectMeasured(db, datasetId)
    .select(sql<number>`count(distinct e.activation_id)::int`.as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** The evaluation with a validation accuracy that answers a spelling in a dataset (see `answerOrder`), or null. */
export async function findMeasuredEvaluation(
  db: Db,
  { datasetId, activationId, expression }: EvaluationKey,
): Promise<Evaluation | null> {
  const found = await db.$kysely
    .selectFrom('evaluations as e')
    .select('e.id')
    .where('e.dataset_id', '=', datasetId)
    .where('e.activation_id', '=', activationId)
    .where('e.validation_accuracy', 'is not', null)
    .orderBy(answerOrder(sql`${expression}::text`))
    .limit(1)
    .executeTakeFirst()
  return found ? db.evaluation.findUnique({ where: { id: found.id } }) : null
}

/** The identities (64 hexadecimal digits) among these whose functions are measured in a dataset. */
export async function listMeasuredAmong(
  db: Kysely<Tables>,
  datasetId: number,
  identities: readonly string[],
): Promise<Set<string>> {
  if (identities.length === 0) return new Set()
  const rows = await db
    .selectFrom('activations as a')
    .select(sql<string>`encode(a.identity, 'hex')`.as('identityHex'))
    .where('a.identity', '=', anyIdentity(identities))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('evaluations as e')
          .whereRef('e.activation_id', '=', 'a.id')
          .where('e.dataset_id', '=', datasetId)
          .where('e.validation_accuracy', 'is not', null),
      ),
    )
    .execute()
  return new Set(rows.map(({ identityHex }) => identityHex))
}

function selectMeasured(db: Kysely<Tables>, datasetId: number) {
  return db
    .selectFrom('evaluations as e')
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .where('e.dataset_id', '=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
    .where('a.is_finite', '=', true)
}
