import { type ActivationConditions, type EvaluationConditions, toActivationSql, toEvaluationSql } from './conditions.js'
import { METRICS, type Metric } from './metrics.js'
import type { PageQuery, PageQueryBuilder } from './pages.js'
import {
  ACTIVATION_COLUMNS,
  DATASET_COLUMNS,
  EVALUATION_COLUMNS,
  SEARCH_COLUMNS,
  SUGGESTION_COLUMNS,
  TRAINING_JOB_COLUMNS,
} from './rows.js'

const BY_ID = (alias: string, isDescending = false): Pick<PageQuery, 'key'> => ({
  key: { sql: `${alias}.id`, isDescending, type: 'int' },
})

/** The activation of each row of a page: joined to the page alone, not to what is searched for it. */
const ACTIVATION = {
  select: `json_build_object('id', o.id, 'identityHex', encode(o.identity, 'hex'), 'expression', o.expression,
    'depth', o.depth, 'operators', o.operators, 'isFinite', o.is_finite, 'isConstant', o.is_constant) as activation`,
  join: 'left join activations o on o.id = page."activationId"',
} as const

/** All datasets, in the order in which they came. */
export const datasetsPage: PageQueryBuilder = () => ({
  select: DATASET_COLUMNS('d'),
  from: 'datasets d',
  parent: null,
  conditions: [],
  ...BY_ID('d'),
})

/** Activations, the simplest first: by depth, then in the order in which they came. */
export function activationsPage(conditions: ActivationConditions): PageQueryBuilder {
  return (parameters) => ({
    select: ACTIVATION_COLUMNS('a'),
    from: 'activations a',
    parent: null,
    conditions: toActivationSql(conditions, 'a', parameters),
    value: { sql: 'a.depth', isDescending: false, isNullable: false, type: 'int' },
    ...BY_ID('a'),
  })
}

/** The spellings of each activation: shortest first, ties by code point. Of one that is not stored, its only one. */
export function expressionsPage(only: string | null): PageQueryBuilder {
  return (parameters) => ({
    select: 'x.text',
    from:
      only === null
        ? 'expressions x'
        : `(select y.text, char_length(y.text) as length
      from (select ${parameters.add(only)}::text as text) y) x`,
    parent: only === null ? 'x.activation_id' : null,
    conditions: [],
    value: { sql: 'x.length', isDescending: false, isNullable: false, type: 'int' },
    key: { sql: 'x.text', isDescending: false, type: 'text' },
  })
}

/** What the evaluations of a dataset are ordered by. */
export interface EvaluationOrdering {
  readonly metric: Metric
  readonly isDescending: boolean
}

/**
 * The evaluations of each dataset by a metric, those without it last; without an ordering, in the order in which they
 * came. Ties go by id, in whichever direction lets the metric's index be read forwards or backwards.
 */
export function evaluationsPage(
  conditions: EvaluationConditions,
  ordering: EvaluationOrdering | null,
): PageQueryBuilder {
  return (parameters) => ({
    select: EVALUATION_COLUMNS('e'),
    from: 'evaluations e',
    parent: 'e.dataset_id',
    conditions: toEvaluationSql(conditions, parameters),
    ...(ordering && {
      value: {
        sql: `e.${METRICS[ordering.metric].column}`,
        isDescending: ordering.isDescending,
        isNullable: true,
        isIndexDescending: METRICS[ordering.metric].isHigherBetter,
        type: 'float8',
      },
    }),
    along: ACTIVATION,
    ...BY_ID('e', ordering ? ordering.isDescending !== METRICS[ordering.metric].isHigherBetter : false),
  })
}

/** Training jobs, newest first. */
export function trainingJobsPage(datasetId: number | null, state: string | null): PageQueryBuilder {
  return (parameters) => ({
    select: TRAINING_JOB_COLUMNS('j'),
    from: 'training_jobs j',
    parent: null,
    conditions: [
      ...(datasetId === null ? [] : [`j.dataset_id = ${parameters.add(datasetId)}`]),
      ...(state === null ? [] : [`j.state = ${parameters.add(state)}::training_state`]),
    ],
    ...BY_ID('j', true),
  })
}

/** Searches, newest first. */
export function searchesPage(datasetId: number | null, state: string | null): PageQueryBuilder {
  return (parameters) => ({
    select: SEARCH_COLUMNS('s'),
    from: 'searches s',
    parent: null,
    conditions: [
      ...(datasetId === null ? [] : [`s.dataset_id = ${parameters.add(datasetId)}`]),
      ...(state === null ? [] : [`s.state = ${parameters.add(state)}::search_state`]),
    ],
    ...BY_ID('s', true),
  })
}

/** The suggestions of each search, in the order in which they were made. */
export function suggestionsPage(state: string | null): PageQueryBuilder {
  const isOut = "g.state = 'LEASED' and g.lease_expires_at"
  const ofState = new Map([
    ['LEASED', `${isOut} > now()`],
    // Both states first, which an index answers.
    ['EXPIRED', `g.state in ('EXPIRED', 'LEASED') and (g.state = 'EXPIRED' or g.lease_expires_at <= now())`],
  ])
  return (parameters) => ({
    select: SUGGESTION_COLUMNS('g'),
    from: 'suggestions g',
    parent: 'g.search_id',
    conditions: state === null ? [] : [ofState.get(state) ?? `g.state = ${parameters.add(state)}::suggestion_state`],
    ...BY_ID('g'),
  })
}

/** The dataset of a point's surrogate: looked up once, since a join would leave the order of the points to chance. */
const POINT_DATASET = '(select s.dataset_id from surrogates s where s.id = p.id)'

/** What is measured now of a point's function, in the dataset of its surrogate. */
const MEASURED = `(select m.validation_accuracy from evaluations m
  where m.dataset_id = ${POINT_DATASET} and m.activation_id = t.activation_id order by m.id limit 1)`

const POINT = {
  select: `t.surrogate_id as "surrogateId", t.activation_id as "activationId", t.x, t.y, t.mean,
    t.standard_deviation as "standardDeviation", ${MEASURED} as measured, t.features::text[], t.based_on as "basedOn"`,
  from: 'surrogate_points t',
  parent: 't.surrogate_id',
  key: { sql: 't.activation_id', isDescending: false, type: 'int' },
  along: ACTIVATION,
} as const

/** The places of each surrogate's map; one that has none is not gone through point by point. */
export function embeddingPage(hasMap: boolean): PageQueryBuilder {
  return () => ({ ...POINT, conditions: [hasMap ? 't.x is not null' : 'false'] })
}

/** The predictions of each surrogate, best first; with or without those of functions evaluated by now. */
export function predictionsPage(isEvaluated: boolean | null): PageQueryBuilder {
  const evaluated = `exists (select from evaluations m
    where m.dataset_id = ${POINT_DATASET} and m.activation_id = t.activation_id)`
  return () => ({
    ...POINT,
    conditions: ['t.mean is not null', ...(isEvaluated === null ? [] : [isEvaluated ? evaluated : `not ${evaluated}`])],
    value: { sql: 't.mean', isDescending: true, isNullable: false, type: 'float8' },
  })
}
