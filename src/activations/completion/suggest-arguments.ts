import type { Alias, AliasParameter } from '../language/alias.js'
import { findCallee } from '../language/parse-call.js'
import { operandCounts } from '../operators.js'
import type { Candidate } from './candidate.js'
import { exampleOf } from './describe-name.js'
import type { CursorContext, OpenCall } from './read-context.js'

/** Values of the argument at the cursor, and names of arguments that are still missing. */
export function suggestArguments(context: CursorContext): Candidate[] {
  const { call, from, to, word, place } = context
  const callee = call?.name == null ? null : findCallee(call.name, false)
  if (call === null || callee === null) return []
  const { name, meaning } = callee
  if ('arity' in meaning) {
    const example = exampleOf(meaning).split(',')[call.argument]
    if (example === undefined || example === 'x' || !example.startsWith(word)) return []
    return [{ from, to, variants: [example], label: example, detail: `argument ${call.argument + 1} of ${name}` }]
  }
  const parameters = missingParameters(meaning, call)
  const describe = ({ names: [key], initial }: AliasParameter) =>
    `argument ${key} of ${name}${initial === null ? '' : `, usually ${initial}`}`
  if (call.keyword !== null || place === 'STRING') {
    const wanted = parameters.filter(({ names }) => call.keyword === null || names.includes(call.keyword))
    return wanted.flatMap((parameter) =>
      valuesOf(meaning, parameter)
        .filter((value) => value.replace(/^"/, '').startsWith(word.replace(/^['"]/, '')))
        .map((value) => ({ from, to, variants: [value], label: value, detail: describe(parameter) })),
    )
  }
  return parameters
    .filter(({ names: [key], initial }) => initial !== null && key.startsWith(word))
    .map((parameter) => {
      const text = `${parameter.names[0]}=${valuesOf(meaning, parameter)[0]}`
      return { from, to, variants: [text], label: text, detail: describe(parameter) }
    })
}

/** A comma and another argument after the operand at the cursor, as far as the call takes one. */
export function suggestNextArgument(context: CursorContext): Candidate[] {
  const { call, to } = context
  const callee = call?.name == null ? null : findCallee(call.name, false)
  if (call === null || callee === null) return []
  const { name, meaning } = callee
  const toCandidate = (text: string, detail: string): Candidate => ({
    ...{ from: to, to, label: `, ${text}`, detail },
    variants: [`, ${text}`],
  })
  if ('arity' in meaning) {
    const count = call.argument + 1
    if (count >= operandCounts(meaning.arity).most) return []
    const examples = exampleOf(meaning).split(',')
    const rest = examples.slice(count)
    return [toCandidate(rest.length > 0 ? rest.join(', ') : 'x', `argument ${count + 1} of ${name}`)]
  }
  const parameters = missingParameters(meaning, { ...call, argument: call.argument + 1 })
  return parameters
    .filter(({ initial }) => initial !== null)
    .map((parameter) => {
      const [key] = parameter.names
      return toCandidate(
        `${key}=${valuesOf(meaning, parameter)[0]}`,
        `argument ${key} of ${name}, usually ${parameter.initial}`,
      )
    })
}

/** Parameters without an argument yet. `inplace` changes nothing, so nobody needs it here. */
function missingParameters({ parameters }: Alias, { argument, keyword, keywords }: OpenCall): AliasParameter[] {
  return parameters.filter(({ names }, index) => {
    const isCurrent = keyword !== null && names.includes(keyword)
    const isGiven = index < argument || names.some((name) => keywords.includes(name))
    return isCurrent || (!isGiven && names[0] !== 'inplace')
  })
}

/** Texts for a parameter: usual ones first, then the words that the meanings tell apart. */
function valuesOf({ meanings }: Alias, { names: [key], initial }: AliasParameter): string[] {
  const texts = meanings.flatMap(({ conditions }) =>
    conditions.filter(([name]) => name === key).map(([, text]) => text),
  )
  const isFlag = initial === 'True' || initial === 'False'
  const words = texts.filter((text) => /^(?:True|False)$/.test(text) === isFlag && /^[A-Za-z]/.test(text))
  const usual = initial === null || initial === 'None' ? ['0'] : [initial]
  const values = [...new Set([...usual, ...words.filter((word) => word !== 'None')])]
  // A default that need not be written is the last choice among words.
  const ordered = /^[A-Za-z]/.test(values[0]) && values.length > 1 ? [...values.slice(1), values[0]] : values
  return ordered.map((value) => (/^(?:True|False|None)$|^[^A-Za-z]/.test(value) ? value : `"${value}"`))
}
