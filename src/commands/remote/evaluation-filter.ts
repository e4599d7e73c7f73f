import { InvalidArgumentError } from 'commander'
import { findMetric } from '../../api-client/metric-names.js'

type Conditions = Record<string, unknown>
/** An EvaluationFilter of the API. */
export type EvaluationFilter = Conditions & { readonly activation?: Conditions }

const PROPERTIES = ['even', 'odd', 'monotone', 'bounded', 'smooth', 'finite']
const TEXTS: Readonly<Record<string, string>> = {
  contains: 'contains',
  'evaluated-in': 'evaluatedIn',
  'not-evaluated-in': 'notEvaluatedIn',
}

/** The forms of a condition, for help and errors. */
export const FILTER_FORMS = [
  '"validation-accuracy>=0.8" (any metric; also <=)',
  '"runs>=2"',
  '"depth<=3"',
  'operator=tanh',
  '"operator!=relu"',
  '"contains=tanh(x)"',
  'evaluated-in=mini-cnn',
  'not-evaluated-in=mini-cnn',
  `${PROPERTIES.join(', ')}, or not- and one of these`,
  'an EvaluationFilter of the API as JSON',
]

/** Adds a condition of `--filter` to those before it. All must hold. */
export function addCondition(text: string, before: EvaluationFilter = {}): EvaluationFilter {
  const given = text.trim()
  return given.startsWith('{') ? merge(before, readJson(given)) : merge(before, readCondition(given))
}

function readCondition(text: string): EvaluationFilter {
  const [, isNot, property] = /^(not-|!)?(?:is-?)?(\w+)$/i.exec(text) ?? []
  const known = PROPERTIES.find((each) => each === property?.toLowerCase())
  if (known) return { activation: { [`is${known[0].toUpperCase()}${known.slice(1)}`]: isNot === undefined } }
  const [, name = '', sign = '', value = ''] = /^([\w-]+)\s*(>=|<=|!=|=)\s*(.+)$/s.exec(text) ?? []
  const found = readComparison(name.toLowerCase(), sign, value.trim())
  if (found) return found
  throw new InvalidArgumentError(`expected one of: ${FILTER_FORMS.join('; ')}`)
}

function readComparison(name: string, sign: string, value: string): EvaluationFilter | null {
  const number = value === '' ? Number.NaN : Number(value)
  const metric = findMetric(name)
  if (metric && Number.isFinite(number) && sign !== '!=' && sign !== '=') {
    return { [metric.property]: { [sign === '>=' ? 'min' : 'max']: number } }
  }
  if (/^runs?$/.test(name) && sign === '>=' && Number.isInteger(number)) return { minRuns: number }
  if (name === 'depth' && sign === '<=' && Number.isInteger(number)) return { activation: { maxDepth: number } }
  if (/^operators?$/.test(name) && (sign === '=' || sign === '!=')) {
    const operators = value.split(',').map((each) => each.trim())
    return { activation: { [sign === '=' ? 'operators' : 'withoutOperators']: operators } }
  }
  return sign === '=' && name in TEXTS ? { activation: { [TEXTS[name]]: value } } : null
}

function readJson(text: string): EvaluationFilter {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('expected an EvaluationFilter as JSON, such as {"minRuns": 2}')
  }
}

/** Ranges and nested filters are joined, lists of operators too. Of two other values, the later counts. */
function merge(first: Conditions, second: Conditions): Conditions {
  const merged: Conditions = { ...first }
  for (const [name, value] of Object.entries(second)) {
    const before = merged[name]
    if (Array.isArray(before) && Array.isArray(value)) merged[name] = [...before, ...value]
    else if (isObject(before) && isObject(value)) merged[name] = merge(before, value)
    else merged[name] = value
  }
  return merged
}

function isObject(value: unknown): value is Conditions {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
