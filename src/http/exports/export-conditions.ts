import type { EvaluationConditions } from '../../db/loaders.js'
import { refuseInput } from '../../graphql/bounds.js'
import { readRange } from '../../graphql/datasets/conditions.js'

/** The metrics of the API's EvaluationFilter. */
const FIELDS = ['trainAccuracy', 'validationAccuracy', 'testAccuracy', 'runtimeSeconds'] as const

/**
 * The conditions that query parameters such as `validationAccuracy.min=0.9` make, with the names of the API's
 * EvaluationFilter. Throws BAD_USER_INPUT that names the parameter.
 */
export function readExportConditions(query: Readonly<Record<string, unknown>>): EvaluationConditions {
  const bounds = new Map<string, number>()
  for (const [name, text] of Object.entries(query)) {
    const [field, bound, ...more] = name.split('.')
    if (!FIELDS.includes(field as never) || !(bound === 'min' || bound === 'max') || more.length > 0) {
      refuseInput(name.slice(0, 80), `a parameter such as ${FIELDS[1]}.min, of ${FIELDS.join(', ')}`, text)
    }
    if (typeof text !== 'string') refuseInput(name, 'one value', `${(text as unknown[]).length} values`)
    if (!NUMBER.test(text)) refuseInput(name, 'a number', text)
    bounds.set(name, Number(text))
  }
  const ranges = FIELDS.map((field) => {
    const [min, max] = [bounds.get(`${field}.min`), bounds.get(`${field}.max`)]
    return [field, min === undefined && max === undefined ? undefined : readRange({ min, max }, field)]
  })
  return Object.fromEntries(ranges)
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i
