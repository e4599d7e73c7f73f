import { refuseOperator } from '../../activations/nearest-operators.js'
import { findOperator } from '../../activations/operators.js'
import type { ActivationConditions, EvaluationConditions, Range } from '../../db/loaders.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { getValidInteger, getValidList, getValidNumber, refuseInput } from '../../services/validate-input.js'
import { getDatasetByName } from '../activations/find-named.js'
import type { Context } from '../context.js'
import type { ActivationFilter, EvaluationFilter, FloatRange } from './filters.input.js'

/** Largest number of operators in one filter; the language has fewer. */
const MAX_OPERATORS = 100

/** The checked conditions of a filter. Throws BAD_USER_INPUT or NOT_FOUND with the name of the field. */
export async function readActivationFilter(
  context: Context,
  filter: ActivationFilter | null | undefined,
  path = 'filter',
): Promise<ActivationConditions> {
  if (!filter) return {}
  const datasetId = async (field: 'evaluatedIn' | 'notEvaluatedIn') => {
    const name = filter[field]
    return name == null ? undefined : (await getDatasetByName(context, name, `${path}.${field}`)).id
  }
  return {
    operators: readOperators(filter.operators, `${path}.operators`),
    withoutOperators: readOperators(filter.withoutOperators, `${path}.withoutOperators`),
    // Stored expressions have no spaces.
    contains: filter.contains?.replace(/\s/g, '') || undefined,
    maxDepth:
      filter.maxDepth == null ? undefined : getValidInteger(`${path}.maxDepth`, filter.maxDepth, 0, 2 ** 31 - 1),
    isFinite: filter.isFinite ?? undefined,
    evaluatedIn: await datasetId('evaluatedIn'),
    notEvaluatedIn: await datasetId('notEvaluatedIn'),
    isEven: filter.isEven ?? undefined,
    isOdd: filter.isOdd ?? undefined,
    isMonotone: filter.isMonotone ?? undefined,
    isBounded: filter.isBounded ?? undefined,
    isSmooth: filter.isSmooth ?? undefined,
  }
}

/** The checked conditions of a filter. Throws BAD_USER_INPUT or NOT_FOUND with the name of the field. */
export async function readEvaluationFilter(
  context: Context,
  filter: EvaluationFilter | null | undefined,
  path = 'filter',
): Promise<EvaluationConditions> {
  if (!filter) return {}
  const activation = await readActivationFilter(context, filter.activation, `${path}.activation`)
  const ranges = METRIC_PROPERTIES.map((field) => [field, readRange(filter[field], `${path}.${field}`)])
  const { minRuns } = filter
  return {
    activation,
    ...Object.fromEntries(ranges),
    minRuns: minRuns == null ? undefined : getValidInteger(`${path}.minRuns`, minRuns, 0, 2 ** 31 - 1),
  }
}

function readOperators(names: readonly string[] | null | undefined, path: string): readonly string[] | undefined {
  if (names == null || names.length === 0) return undefined
  for (const name of getValidList(path, names, MAX_OPERATORS)) {
    if (!findOperator(name)) refuseOperator(path, name)
  }
  return names
}

/** The checked range. Throws BAD_USER_INPUT with the name of the bound. */
export function readRange(range: FloatRange | null | undefined, path: string): Range | undefined {
  if (!range) return undefined
  const min = range.min == null ? undefined : getValidNumber(`${path}.min`, range.min)
  const max = range.max == null ? undefined : getValidNumber(`${path}.max`, range.max)
  if (min !== undefined && max !== undefined && min > max) {
    refuseInput(path, 'min up to max', `min ${min} above max ${max}`)
  }
  return { min, max }
}
