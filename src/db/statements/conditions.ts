import type { Parameters } from './parameters.js'

/** Which activations: checked values, datasets by their ids. */
export interface ActivationConditions {
  readonly operators?: readonly string[]
  readonly withoutOperators?: readonly string[]
  /** A part of an equivalent expression, taken literally. */
  readonly contains?: string
  readonly maxDepth?: number
  readonly isFinite?: boolean
  readonly evaluatedIn?: number
  readonly notEvaluatedIn?: number
}

export interface Range {
  readonly min?: number
  readonly max?: number
}

/** Which evaluations; both bounds of a range are inclusive, and a missing value is in no range. */
export interface EvaluationConditions {
  readonly activation?: ActivationConditions
  readonly trainAccuracy?: Range
  readonly validationAccuracy?: Range
  readonly testAccuracy?: Range
  readonly runtimeSeconds?: Range
}

/** The SQL conditions on an activation under the alias. */
export function toActivationSql(conditions: ActivationConditions, alias: string, parameters: Parameters): string[] {
  const { operators, withoutOperators, contains, maxDepth, evaluatedIn, notEvaluatedIn } = conditions
  const evaluated = (dataset: number): string =>
    `exists (select from evaluations f where f.activation_id = ${alias}.id and f.dataset_id = ${parameters.add(dataset)})`
  const sql: string[] = []
  if (operators?.length) sql.push(`${alias}.operators @> ${parameters.add(operators)}::text[]`)
  if (withoutOperators?.length) sql.push(`not ${alias}.operators && ${parameters.add(withoutOperators)}::text[]`)
  if (contains) {
    const pattern = `%${contains.replace(/[\\%_]/g, '\\$&')}%`
    sql.push(`${alias}.id in (select y.activation_id from expressions y where y.text like ${parameters.add(pattern)})`)
  }
  if (maxDepth !== undefined) sql.push(`${alias}.depth <= ${parameters.add(maxDepth)}`)
  if (conditions.isFinite !== undefined) sql.push(`${alias}.is_finite = ${parameters.add(conditions.isFinite)}`)
  if (evaluatedIn !== undefined) sql.push(evaluated(evaluatedIn))
  if (notEvaluatedIn !== undefined) sql.push(`not ${evaluated(notEvaluatedIn)}`)
  return sql
}

/**
 * The SQL conditions on an evaluation under the alias `e`. What they say about its activation is one semi-join, which
 * PostgreSQL starts from whichever side has fewer rows.
 */
export function toEvaluationSql(conditions: EvaluationConditions, parameters: Parameters): string[] {
  const sql = [
    ...toRangeSql('e.train_accuracy', conditions.trainAccuracy, parameters),
    ...toRangeSql('e.validation_accuracy', conditions.validationAccuracy, parameters),
    ...toRangeSql('e.test_accuracy', conditions.testAccuracy, parameters),
    ...toRangeSql('e.runtime_seconds', conditions.runtimeSeconds, parameters),
  ]
  const ofActivation = toActivationSql(conditions.activation ?? {}, 'a', parameters)
  if (ofActivation.length > 0) {
    sql.push(`exists (select from activations a where a.id = e.activation_id and ${ofActivation.join(' and ')})`)
  }
  return sql
}

function toRangeSql(column: string, range: Range | undefined, parameters: Parameters): string[] {
  const sql: string[] = []
  if (range?.min !== undefined) sql.push(`${column} >= ${parameters.add(range.min)}`)
  if (range?.max !== undefined) sql.push(`${column} <= ${parameters.add(range.max)}`)
  return sql
}
