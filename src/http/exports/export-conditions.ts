import type { EvaluationConditions } from '../../db/loaders.js'
import { readRange } from '../../graphql/datasets/conditions.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { refuseInput } from '../../services/validate-input.js'

/**
 * Reads conditions from query parameters such as `validationAccuracy.min=0.9`. The names are those of EvaluationFilter in
 * the API. Throws BAD_USER_INPUT with the name of the parameter.
 */
export function readExportConditions(query: Readonly<Record<string, unknown>>): EvaluationConditions {
  const bounds = new Map<string, number>()
  for (const [name, text] of Object.entries(query)) {
    const [field, bound, ...more] = name.split('.')
    if (!METRIC_PROPERTIES.includes(field as never) || !(bound === 'min' || bound === 'max') || more.length > 0) {
      refuseInput(
        name.slice(0, 80),
        `a parameter such as ${METRIC_PROPERTIES[2]}.min, of ${METRIC_PROPERTIES.join(', ')}`,
        text,
      )
    }
    if (typeof text !== 'string') refuseInput(name, 'one value', `${(text as unknown[]).length} values`)
    if (!NUMBER.test(text)) refuseInput(name, 'a number', text)
    bounds.set(name, Number(text))
  }
  const ranges = METRIC_PROPERTIES.map((field) => {
    const [min, max] = [bounds.get(`${field}.min`), bounds.get(`${field}.max`)]
    return [field, min === undefined && max === undefined ? undefined : readRange({ min, max }, field)]
  })
  return Object.fromEntries(ranges)
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i
