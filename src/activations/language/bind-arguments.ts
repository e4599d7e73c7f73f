import type { Expression } from '../expression.js'
import type { Alias, AliasParameter } from './alias.js'
import type { Built } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { findNearestNames } from './nearest-names.js'

/** An argument of a call: an expression, or a word such as True, None or 'tanh'. */
export interface Argument {
  readonly keyword: string | null
  readonly value: Built | string
  readonly position: number
}

/** The text that an alias means for some arguments, and the expressions of its names. */
export interface Bound {
  readonly text: string
  readonly variables: ReadonlyMap<string, Built>
}

/**
 * Finds the meaning of an alias for arguments. `parseNumber` reads the text of a missing argument. Throws ExpressionError
 * for an argument that is missing, unknown, given twice or of the wrong kind; `place` is where the arguments are.
 */
export function bindArguments(
  name: string,
  alias: Alias,
  given: readonly Argument[],
  place: { readonly open: number; readonly end: number },
  parseNumber: (text: string) => Built,
): Bound {
  const values = new Map<AliasParameter, Argument>()
  given.forEach((argument, index) => {
    const parameter =
      argument.keyword === null
        ? alias.parameters[index]
        : alias.parameters.find(({ names }) => names.includes(argument.keyword ?? ''))
    if (parameter === undefined || values.has(parameter)) throw refuseArgument(name, alias, argument, values)
    checkKind(parameter, argument)
    values.set(parameter, argument)
  })
  const variables = new Map<string, Built>()
  const words = new Map<string, string>()
  for (const parameter of alias.parameters) {
    const value = values.get(parameter)?.value ?? parameter.initial
    if (value === null) throw refuseMissing(name, parameter, given, place)
    if (typeof value !== 'string') variables.set(parameter.names[0], value)
    else if (isWord(value)) words.set(parameter.names[0], value)
    else variables.set(parameter.names[0], parseNumber(value))
  }
  const meaning = alias.meanings.find(({ conditions }) =>
    conditions.every(([key, text]) => words.get(key) === text || isNumber(variables.get(key)?.expression, text)),
  )
  if (meaning === undefined) throw refuseValues(name, alias, values, place.end)
  return { text: meaning.text, variables }
}

/** A parameter with a number as its default takes only what does not depend on x. */
function checkKind({ names, initial }: AliasParameter, { value, position }: Argument): void {
  const isExpression = typeof value !== 'string'
  const wantsWord = initial === 'True' || initial === 'False' || initial === 'none'
  if (wantsWord && isExpression) throw new ExpressionError(position, `a word such as ${initial} for ${names[0]}`)
  if (wantsWord || (initial === 'None' && value === 'None')) return
  if (!isExpression || (initial !== null && initial !== 'None' && dependsOnInput(value.expression))) {
    throw new ExpressionError(position, `a number for ${names[0]}`)
  }
}

function refuseMissing(
  name: string,
  { names }: AliasParameter,
  given: readonly Argument[],
  { open, end }: { readonly open: number; readonly end: number },
): ExpressionError {
  const edit = names[0] === 'x' ? { from: open, to: open, text: given.length === 0 ? 'x' : 'x,' } : null
  return new ExpressionError(end, `an argument ${names[0]} of ${name}`, edit)
}

function refuseArgument(
  name: string,
  { parameters }: Alias,
  { keyword, position }: Argument,
  values: ReadonlyMap<AliasParameter, Argument>,
): ExpressionError {
  const unused = parameters.filter((parameter) => !values.has(parameter))
  const free = unused.map(({ names }) => names[0])
  if (keyword === null || free.length === 0) {
    return new ExpressionError(position, `")" after argument ${values.size} of ${name}`)
  }
  const numbers = unused
    .filter(({ initial }) => initial !== null && /^[\d.-]/.test(initial))
    .map(({ names }) => names[0])
  const nearest = findNearestNames(keyword, free)[0] ?? (numbers.length === 1 ? numbers[0] : undefined)
  const edit = nearest === undefined ? null : { from: position, to: position + keyword.length, text: nearest }
  return new ExpressionError(position, `${free.join(' or ')} as the name of an argument of ${name}`, edit)
}

/** No meaning fits, which only happens for words and for numbers that the framework treats in a special way. */
function refuseValues(
  name: string,
  { meanings }: Alias,
  values: ReadonlyMap<AliasParameter, Argument>,
  end: number,
): ExpressionError {
  const conditions = meanings.flatMap((meaning) => meaning.conditions)
  const isWrong = ([parameter, { value }]: [AliasParameter, Argument]) => {
    const texts = conditions.filter(([key]) => key === parameter.names[0]).map(([, text]) => text)
    const fits = (text: string) => (typeof value === 'string' ? value === text : isNumber(value.expression, text))
    return texts.length > 0 && !texts.some(fits)
  }
  const wrong = [...values].find(isWrong)
  const key = wrong?.[0].names[0] ?? conditions[0][0]
  const texts = [...new Set(conditions.filter(([one]) => one === key).map(([, text]) => text))]
  return new ExpressionError(wrong?.[1].position ?? end, `${texts.join(' or ')} for ${key} of ${name}`)
}

function isWord(text: string): boolean {
  return /^[A-Za-z]/.test(text)
}

function isNumber(expression: Expression | undefined, text: string): boolean {
  return expression?.kind === 'NUMBER' && !isWord(text) && expression.value === Number(text)
}

function dependsOnInput(expression: Expression): boolean {
  if (expression.kind !== 'APPLICATION') return expression.kind === 'INPUT'
  return expression.operands.some(dependsOnInput)
}
