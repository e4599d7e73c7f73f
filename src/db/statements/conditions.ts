import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely'
import { METRIC_ENTRIES, type MetricProperty } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import type { Parameters } from './compile-by-shape.js'

/** Conditions on an activation; values are checked, and datasets are given by their ids. */
export interface ActivationConditions {
  readonly operators?: readonly string[]
  readonly withoutOperators?: readonly string[]
  /** A part of an equivalent expression, taken literally. */
  readonly contains?: string
  readonly maxDepth?: number
  readonly isFinite?: boolean
  readonly evaluatedIn?: number
  readonly notEvaluatedIn?: number
  readonly isEven?: boolean
  readonly isOdd?: boolean
  readonly isMonotone?: boolean
  readonly isBounded?: boolean
  readonly isSmooth?: boolean
}

/** The columns of the conditions on properties. */
const PROPERTY_COLUMNS = {
  isEven: 'is_even',
  isOdd: 'is_odd',
  isMonotone: 'is_monotone',
  isBounded: 'is_bounded',
  isSmooth: 'is_smooth',
} as const
type PropertyCondition = keyof typeof PROPERTY_COLUMNS
const PROPERTY_CONDITIONS = Object.keys(PROPERTY_COLUMNS) as PropertyCondition[]

export interface Range {
  readonly min?: number
  readonly max?: number
}

/** Conditions on an evaluation. Both bounds of a range are inclusive, and a missing value is in no range. */
export type EvaluationConditions = { readonly activation?: ActivationConditions; readonly minRuns?: number } & {
  readonly [Property in MetricProperty]?: Range
}

/** The conditions on an activation under the alias `a`. */
export function toActivationConditions(conditions: Parameters<ActivationConditions>): Expression<SqlBool>[] {
  const { operators, withoutOperators, contains, maxDepth, evaluatedIn, notEvaluatedIn } = conditions
  const eb = expressionBuilder<{ a: Tables['activations'] } & Tables, 'a'>()
  const evaluatedInDataset = (datasetId: Expression<number>) =>
    eb.exists(
      eb.selectFrom('evaluations as f').whereRef('f.activation_id', '=', 'a.id').where('f.dataset_id', '=', datasetId),
    )
  const found: Expression<SqlBool>[] = []
  if (operators) found.push(sql<boolean>`${eb.ref('a.operators')} @> ${operators}::text[]`)
  if (withoutOperators) found.push(sql<boolean>`not ${eb.ref('a.operators')} && ${withoutOperators}::text[]`)
  if (contains) {
    const spelled = eb.selectFrom('expressions as y').select('y.activation_id')
    found.push(eb('a.id', 'in', spelled.where('y.text', 'like', toLikePattern(contains))))
  }
  if (maxDepth) found.push(eb('a.depth', '<=', maxDepth))
  if (conditions.isFinite) found.push(eb('a.is_finite', '=', conditions.isFinite))
  if (evaluatedIn) found.push(evaluatedInDataset(evaluatedIn))
  if (notEvaluatedIn) found.push(eb.not(evaluatedInDataset(notEvaluatedIn)))
  const properties = PROPERTY_CONDITIONS.flatMap((name) => {
    const wanted = conditions[name]
    return wanted ? [sql<boolean>`${sql.ref(`p.${PROPERTY_COLUMNS[name]}`)} = ${wanted}`] : []
  })
  if (properties.length > 0) {
    const decided = eb.selectFrom('activation_properties as p').whereRef('p.activation_id', '=', 'a.id')
    found.push(eb.exists(decided.where((inner) => inner.and(properties))))
  }
  return found
}

/**
 * The conditions on an evaluation under the alias `e`. All conditions on its activation are one semi-join, which
 * PostgreSQL starts from the side that has fewer rows.
 */
export function toEvaluationConditions(conditions: Parameters<EvaluationConditions>): Expression<SqlBool>[] {
  const eb = expressionBuilder<{ e: Tables['evaluations'] } & Tables, 'e'>()
  const found: Expression<SqlBool>[] = []
  for (const entry of METRIC_ENTRIES) {
    const { min, max } = conditions[entry.property] ?? {}
    if (min) found.push(eb(`e.${entry.column}`, '>=', min))
    if (max) found.push(eb(`e.${entry.column}`, '<=', max))
  }
  if (conditions.minRuns) found.push(eb('e.run_count', '>=', conditions.minRuns))
  const ofActivation = toActivationConditions(conditions.activation ?? {})
  if (ofActivation.length > 0) {
    const activation = eb.selectFrom('activations as a').whereRef('a.id', '=', 'e.activation_id')
    found.push(eb.exists(activation.where((eb) => eb.and(ofActivation))))
  }
  return found
}

/** Whether every evaluation meets the conditions. */
export function isUnconditional(conditions: object): boolean {
  return Object.values(conditions).every((value) => value == null || (isGroup(value) && isUnconditional(value)))
}

/** Whether only the evaluations, runs and functions of a dataset decide which of its evaluations meet the conditions. */
export function isOfState({ activation = {} }: EvaluationConditions): boolean {
  const { contains, evaluatedIn, notEvaluatedIn } = activation
  return contains === undefined && evaluatedIn === undefined && notEvaluatedIn === undefined
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
}

/** A pattern for LIKE that finds the text itself. */
function toLikePattern(text: Expression<string>): Expression<string> {
  return sql<string>`'%' || regexp_replace(${text}::text, '([\\\\%_])', '\\\\\\1', 'g') || '%'`
}
