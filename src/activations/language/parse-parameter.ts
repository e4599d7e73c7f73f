import type { Expression, Parameter } from '../expression.js'
import type { Built } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { MAX_PARAMETERS } from './limits.js'
import { removeQuotes } from './propose-notation.js'
import { nest, type Reader, skipSpaces, takeIf } from './reader.js'

const NAME = /(?:'([A-Za-z_]\w{0,31})'|"([A-Za-z_]\w{0,31})")/y

/**
 * Parses `param(0.25)` or `param(0.25,"a")` after the word `param`, which ends at `end`. All parameters of one name are one
 * parameter, so they must have one initial value.
 */
export function parseParameter(reader: Reader, end: number, parseArgument: (reader: Reader) => Built): Built {
  const { text } = reader
  reader.position = skipSpaces(text, end + 1)
  const start = reader.position
  const { expression } = nest(reader, () => parseArgument(reader))
  if (expression.kind !== 'NUMBER') throw new ExpressionError(start, 'the initial value of the parameter, a number')
  const initial = expression.value
  const name = takeIf(reader, ',') ? readParameterName(reader) : null
  if (!takeIf(reader, ')')) {
    throw new ExpressionError(reader.position, name === null ? '"," or ")" after the initial value' : '")"')
  }
  const known = name === null ? undefined : reader.parameters.get(name)
  if (known !== undefined && !Object.is(known, initial)) {
    throw new ExpressionError(start, `${known}, the initial value of the other parameter "${name}"`)
  }
  if (name !== null) reader.parameters.set(name, initial)
  return { expression: { kind: 'PARAMETER', initial, name }, depth: 0, nodes: 1 }
}

/**
 * Refuses more parameters than allowed, and a parameter without a name that occurs twice because a known name uses its
 * argument twice: the canonical text would have two parameters.
 */
export function checkUses(expression: Expression): void {
  const seen = new Set<Parameter>()
  const names = new Set<string>()
  const visit = (node: Expression) => {
    if (node.kind === 'APPLICATION') node.operands.forEach(visit)
    if (node.kind !== 'PARAMETER') return
    if (node.name !== null) {
      names.add(node.name)
      return
    }
    if (seen.has(node)) {
      throw new ExpressionError(0, 'a name for the parameter, such as param(0.25,"a"), because it is used twice')
    }
    seen.add(node)
  }
  visit(expression)
  if (seen.size + names.size > MAX_PARAMETERS) throw new ExpressionError(0, `at most ${MAX_PARAMETERS} parameters`)
}

function readParameterName(reader: Reader): string {
  NAME.lastIndex = reader.position
  const found = NAME.exec(reader.text)
  if (found === null) throw refuseName(reader)
  reader.position = skipSpaces(reader.text, reader.position + found[0].length)
  return found[1] ?? found[2]
}

function refuseName({ text, position }: Reader): ExpressionError {
  const bare = /^[A-Za-z_]\w{0,31}(?=\s*\))/.exec(text.slice(position))?.[0]
  const edit =
    bare === undefined
      ? removeQuotes(text, position)
      : { from: position, to: position + bare.length, text: `"${bare}"` }
  return new ExpressionError(position, 'a name of at most 32 letters in quotes, such as "a"', edit)
}
