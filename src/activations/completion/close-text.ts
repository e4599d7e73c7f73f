import { findCallee } from '../language/parse-call.js'
import { EXAMPLE_VALUES, exampleOf } from './describe-name.js'
import { type OpenCall, readContext } from './read-context.js'

/** A text with the missing part at its end: required arguments, with values as an example, and closing parentheses. */
export function closeText(text: string): string {
  const { calls, place } = readContext(text, text.length)
  if (place === 'STRING') return text
  return (
    text.trimEnd() +
    calls
      .map((call) => `${missingArguments(call)})`)
      .reverse()
      .join('')
  )
}

/** The required arguments that a call still lacks, each after a comma. */
export function missingArguments({ name, argument, keywords }: OpenCall): string {
  const callee = name === null ? null : findCallee(name, false)
  if (callee === null) return ''
  const { meaning } = callee
  if ('arity' in meaning) {
    return exampleOf(meaning)
      .split(',')
      .slice(argument + 1)
      .map((value) => `,${value}`)
      .join('')
  }
  return meaning.parameters
    .filter(
      ({ names, initial }, index) =>
        initial === null && index > argument && !names.some((one) => keywords.includes(one)),
    )
    .map(({ names: [key] }) => `,${keywords.length > 0 ? `${key}=` : ''}${EXAMPLE_VALUES[key] ?? '1'}`)
    .join('')
}
