import { type Expression, type RawBuilder, sql } from 'kysely'
import { METRICS, type Metric, type MetricProperty } from '../../metrics.js'
import {
  ACTIVATION_COLUMNS,
  DATASET_COLUMNS,
  EVALUATION_COLUMNS,
  SEARCH_COLUMNS,
  SUGGESTION_COLUMNS,
  TRAINING_JOB_COLUMNS,
} from '../tables/columns.js'
import type { SearchState, SuggestionState, TrainingState } from '../tables/generated.js'
import type { Parameters } from './compile-by-shape.js'
import {
  type ActivationConditions,
  type EvaluationConditions,
  isOfState,
  isUnconditional,
  toActivationConditions,
  toEvaluationConditions,
} from './conditions.js'
import { countAll, countMeasuredValues, countValues } from './kept-counts.js'
import { definePageList, type PageList, type PageQuery, toPageQuery, withActivation } from './page-query.js'
import type { ActivationRow, DatasetRow, EvaluationRow, SearchRow, SuggestionRow, TrainingJobRow } from './rows.js'

const datasets = definePageList('datasets', (db) => {
  const rows = db.selectFrom('datasets as d')
  return toPageQuery(rows, rows.select(DATASET_COLUMNS), { key: { column: 'd.id', type: 'int' } })
})

/** All datasets, in the order of their ids. */
export const datasetsPage = (): PageList<DatasetRow> => datasets({}, null)

const activations = definePageList(
  'activations',
  (db, _parent, { conditions }: { conditions: Parameters<ActivationConditions> }) => {
    const rows = db.selectFrom('activations as a').where((eb) => eb.and(toActivationConditions(conditions)))
    return toPageQuery(rows, rows.select(ACTIVATION_COLUMNS), {
      value: { column: 'a.depth', type: 'int' },
      key: { column: 'a.id', type: 'int' },
    })
  },
)

/** Activations, simplest first: by depth, then by id. */
export function activationsPage(conditions: ActivationConditions): PageList<ActivationRow> {
  return activations({ conditions }, null)
}

const expressions = definePageList('expressions', (db, parent) => {
  const rows = db.selectFrom('expressions as x').where('x.activation_id', '=', parent)
  return toPageQuery(rows, rows.select('x.text'), {
    value: { column: 'x.length', type: 'int' },
    key: { column: 'x.text', type: 'text' },
  })
})

const onlyExpression = definePageList('only expression', (db, _parent, { only }: Parameters<{ only: string }>) => {
  const text = sql<string>`${only}::text`
  const spelling = db.selectNoFrom([text.as('text'), sql<number>`char_length(${text})`.as('length')])
  const rows = db.selectFrom(spelling.as('x'))
  return toPageQuery(rows, rows.select('x.text'), {
    value: { column: 'x.length', type: 'int' },
    key: { column: 'x.text', type: 'text' },
  })
})

/**
 * The spellings of each activation: shortest first, ties by code point. Pass the only spelling of an activation that is
 * not stored.
 */
export function expressionsPage(only: string | null): PageList<{ text: string }> {
  return only === null ? expressions({}, null) : onlyExpression({ only }, null)
}

/** The metric and direction that the evaluations of a dataset are ordered by. */
export interface EvaluationOrdering {
  readonly metric: Metric
  readonly isDescending: boolean
}

const evaluations = definePageList(
  'evaluations',
  (
    db,
    parent,
    { conditions }: { conditions: Parameters<EvaluationConditions> },
    ordering: EvaluationOrdering | null,
  ) => {
    const rows = db
      .selectFrom('evaluations as e')
      .where('e.dataset_id', '=', parent)
      .where((eb) => eb.and(toEvaluationConditions(conditions)))
    const selected = rows.select(EVALUATION_COLUMNS)
    const withCount = <Row>(query: PageQuery<Row>): PageQuery<Row> => {
      const kept = countKept(conditions, parent)
      return kept ? { ...query, count: () => kept } : query
    }
    if (!ordering)
      return withActivation(withCount(toPageQuery(rows, selected, { key: { column: 'e.id', type: 'int' } })))
    const { column, isHigherBetter } = METRICS[ordering.metric]
    const { isDescending } = ordering
    const value = {
      ...({ column: `e.${column}`, type: 'float8', isDescending, isNullable: true } as const),
      isIndexDescending: isHigherBetter,
    }
    const key = { column: 'e.id', type: 'int', isDescending: isDescending !== isHigherBetter } as const
    return withActivation(withCount(toPageQuery(rows, selected, { value, key })))
  },
)

/** Whether the number of evaluations is kept: of all of a dataset, and of those in a range of one metric. */
function isKept({ activation, minRuns, ...ranges }: Parameters<EvaluationConditions> | EvaluationConditions): boolean {
  return minRuns === undefined && isUnconditional(activation ?? {}) && givenMetrics(ranges).length <= 1
}

/** The number of evaluations that meet the conditions, if it is kept. */
function countKept(
  conditions: Parameters<EvaluationConditions>,
  datasetId: Expression<number>,
): RawBuilder<number> | null {
  if (!isKept(conditions)) return null
  const [metric] = givenMetrics(conditions)
  if (!metric) return countAll(datasetId)
  const { min, max } = conditions[METRICS[metric].property] ?? {}
  const values = { metric, datasetId }
  const fromMinimum = min ? countValues(values, 'atLeast', min) : countMeasuredValues(values)
  return max ? sql<number>`(${fromMinimum} - ${countValues(values, 'above', max)})` : fromMinimum
}

/** The metrics that have a range. */
function givenMetrics(ranges: { readonly [Property in MetricProperty]?: object }): Metric[] {
  return METRIC_NAMES.filter((name) => !isUnconditional(ranges[METRICS[name].property] ?? {}))
}

const METRIC_NAMES = Object.keys(METRICS) as Metric[]

/**
 * The evaluations of each dataset by a metric, those without it last; without an ordering, by id. Equal values are
 * ordered by id, in the direction that lets the metric's index be read forwards or backwards.
 */
export function evaluationsPage(
  conditions: EvaluationConditions,
  ordering: EvaluationOrdering | null,
): PageList<EvaluationRow & { readonly activation: ActivationRow }> {
  const ofState = isOfState(conditions) && !isKept(conditions) ? conditions : null
  return { ...evaluations({ conditions }, ordering), ofState }
}

/** Conditions of a list of training jobs or searches; null matches all. */
export interface OwnedConditions<State> {
  readonly datasetId: number | null
  readonly state: State | null
  /** Only what this API key created. */
  readonly apiKeyId: number | null
}

const trainingJobs = definePageList(
  'training jobs',
  (db, _parent, { datasetId, state, apiKeyId }: Parameters<OwnedConditions<TrainingState>>) => {
    let rows = db.selectFrom('training_jobs as j')
    if (datasetId) rows = rows.where('j.dataset_id', '=', datasetId)
    if (state) rows = rows.where('j.state', '=', state)
    if (apiKeyId) rows = rows.where('j.api_key_id', '=', apiKeyId)
    return toPageQuery(rows, rows.select(TRAINING_JOB_COLUMNS), {
      key: { column: 'j.id', type: 'int', isDescending: true },
    })
  },
)

/** Training jobs, newest first. */
export function trainingJobsPage(conditions: OwnedConditions<TrainingState>): PageList<TrainingJobRow> {
  return trainingJobs(conditions, null)
}

const searches = definePageList(
  'searches',
  (db, _parent, { datasetId, state, apiKeyId }: Parameters<OwnedConditions<SearchState>>) => {
    let rows = db.selectFrom('searches as s')
    if (datasetId) rows = rows.where('s.dataset_id', '=', datasetId)
    if (state) rows = rows.where('s.state', '=', state)
    if (apiKeyId) rows = rows.where('s.api_key_id', '=', apiKeyId)
    return toPageQuery(rows, rows.select(SEARCH_COLUMNS), { key: { column: 's.id', type: 'int', isDescending: true } })
  },
)

/** Searches, newest first. */
export function searchesPage(conditions: OwnedConditions<SearchState>): PageList<SearchRow> {
  return searches(conditions, null)
}

const suggestions = definePageList('suggestions', (db, parent, _values: object, state: SuggestionState | null) => {
  let rows = db.selectFrom('suggestions as g').where('g.search_id', '=', parent)
  const now = sql<Date>`now()`
  if (state === 'LEASED') rows = rows.where('g.state', '=', 'LEASED').where('g.lease_expires_at', '>', now)
  else if (state === 'EXPIRED') {
    rows = rows
      // Both states first, because an index answers this condition.
      .where('g.state', 'in', ['EXPIRED', 'LEASED'])
      .where((eb) => eb.or([eb('g.state', '=', 'EXPIRED'), eb('g.lease_expires_at', '<=', now)]))
  } else if (state !== null) rows = rows.where('g.state', '=', state)
  return toPageQuery(rows, rows.select(SUGGESTION_COLUMNS), { key: { column: 'g.id', type: 'int' } })
})

/** The suggestions of each search, oldest first. */
export function suggestionsPage(state: SuggestionState | null): PageList<SuggestionRow> {
  return suggestions({}, state)
}
