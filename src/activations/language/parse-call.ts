import { findOperator, type Operator, operandCounts } from '../operators.js'
import type { Alias } from './alias.js'
import { type Argument, bindArguments } from './bind-arguments.js'
import { type Built, buildApplication } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { findFrameworkNames } from './framework-names.js'
import { KNOWN_NAMES } from './known-names.js'
import { MAX_EXPRESSION_DEPTH } from './limits.js'
import { LITERATURE_NAMES } from './literature-names.js'
import { proposeCall, proposeContinuation } from './propose-edit.js'
import { type Reader, skipSpaces, takeIf } from './reader.js'

/** The parsers that a call needs: of an argument, and of a whole text with names for parts. */
export interface Parsers {
  argument(reader: Reader): Built
  text(text: string, variables: ReadonlyMap<string, Built>): Built
}

/** A name that can be called. */
export interface Callee {
  readonly name: string
  readonly meaning: Operator | Alias
}

const NO_VARIABLES: ReadonlyMap<string, Built> = new Map()
const KEYWORD = /(\w+)[ \t\r\n]*=(?!=)/y
const WORD = /(?:(True|False|None)(?!\w)|'(\w*)'|"(\w*)")/y

/**
 * Finds what a name means, with or without the prefix of a framework; null if it is unknown. `isInner` is for the meanings
 * of names, which consist of operators.
 */
export function findCallee(path: string, isInner: boolean): Callee | null {
  const point = path.lastIndexOf('.')
  const name = path.slice(point + 1)
  const special = point === -1 ? undefined : findFrameworkNames(path.slice(0, point))
  if (special === null) return null
  const meaning = isInner ? findOperator(name) : (special?.get(name) ?? findMeaning(name))
  return meaning === null ? null : { name: path, meaning }
}

function findMeaning(name: string): Callee['meaning'] | null {
  return KNOWN_NAMES.get(name) ?? findOperator(name) ?? LITERATURE_NAMES.get(name) ?? null
}

/** Whether a name may stand for the whole function, as `SiLU` does for `SiLU(x)`: it takes one argument. */
export function takesOneArgument({ meaning }: Callee): boolean {
  if ('arity' in meaning) return meaning.arity === 'UNARY'
  return meaning.parameters.filter(({ initial }) => initial === null).length === 1
}

/** Parses the arguments of a name that ends at `end`. A receiver is the first argument, as in `x.tanh()`. */
export function parseCall(
  reader: Reader,
  callee: Callee,
  end: number,
  parsers: Parsers,
  receiver: Built | null = null,
): Built {
  const { text, position: start } = reader
  const { name, meaning } = callee
  if (text[end] !== '(') throw new ExpressionError(end, `"(" after ${name}`, () => proposeCall(text, name, end))
  if (reader.openOperators === MAX_EXPRESSION_DEPTH) {
    throw new ExpressionError(start, `at most ${MAX_EXPRESSION_DEPTH} nested operators`)
  }
  reader.position = skipSpaces(text, end + 1)
  reader.openOperators++
  const built =
    'arity' in meaning
      ? parseOperator(reader, name, meaning, start, parsers, receiver)
      : parseAlias(reader, name, meaning, start, parsers, receiver)
  reader.openOperators--
  return built
}

function parseOperator(
  reader: Reader,
  name: string,
  operator: Operator,
  start: number,
  parsers: Parsers,
  receiver: Built | null,
): Built {
  const { least, most } = operandCounts(operator.arity)
  const operands = receiver === null ? [] : [receiver]
  if (receiver !== null && least === 1 && takeIf(reader, ')')) return buildApplication(operator.name, operands, start)
  for (;;) {
    operands.push(parsers.argument(reader))
    const count = operands.length
    if (count < most && takeIf(reader, ',')) continue
    if (count >= least && count <= most && takeIf(reader, ')')) {
      return buildApplication(operator.name, operands, start)
    }
    throw refuseEnd(reader, name, count, count < most, count >= least)
  }
}

function parseAlias(
  reader: Reader,
  name: string,
  alias: Alias,
  start: number,
  parsers: Parsers,
  receiver: Built | null,
): Built {
  const open = reader.position
  const given = parseArguments(reader, name, parsers)
  const input = receiver ?? parseInputOfClass(reader, name, given, parsers)
  if (input !== null) given.unshift({ keyword: null, value: input, position: start })
  const number = (text: string) => parsers.text(text, NO_VARIABLES)
  const { text, variables } = bindArguments(name, alias, given, { open, end: reader.position }, number)
  try {
    return parsers.text(text, variables)
  } catch (error) {
    // The text of a meaning is right, so only a limit can be exceeded.
    throw error instanceof ExpressionError ? new ExpressionError(start, error.expected) : error
  }
}

function parseArguments(reader: Reader, name: string, parsers: Parsers): Argument[] {
  const given: Argument[] = []
  if (takeIf(reader, ')')) return given
  for (;;) {
    const { position } = reader
    const keyword = take(reader, KEYWORD)?.[1] ?? null
    const word = take(reader, WORD)
    const value = word?.[1] ?? word?.[2] ?? word?.[3] ?? parsers.argument(reader)
    if (keyword === null && given.some((argument) => argument.keyword !== null)) {
      throw new ExpressionError(position, `the name of an argument of ${name}, followed by "="`)
    }
    given.push({ keyword, value, position })
    if (takeIf(reader, ')')) return given
    if (!takeIf(reader, ',')) throw refuseEnd(reader, name, given.length, true, true)
  }
}

/** The input of `nn.ELU(0.5)(x)`; null if the arguments have it, as in `SiLU(x)`. */
function parseInputOfClass(reader: Reader, name: string, given: readonly Argument[], parsers: Parsers): Built | null {
  if (!/(?:^|\.)[A-Z]\w*$/.test(name)) return null
  if (!takeIf(reader, '(')) {
    const first = given[0]?.value
    if (given[0]?.keyword === null && typeof first === 'object' && first.expression.kind !== 'NUMBER') return null
    const edit = { from: reader.position, to: reader.position, text: '(x)' }
    throw new ExpressionError(reader.position, `"(" and the input of ${name}`, edit)
  }
  const input = parsers.argument(reader)
  if (!takeIf(reader, ')')) throw refuseEnd(reader, `${name}()`, 1, false, true)
  return input
}

function refuseEnd(reader: Reader, name: string, count: number, mayContinue: boolean, mayEnd: boolean) {
  const expected = [...(mayContinue ? ['","'] : []), ...(mayEnd ? ['")"'] : [])].join(' or ')
  const { text, position } = reader
  const edit = () => proposeContinuation(text, position, mayEnd ? 'LAST_ARGUMENT' : 'ARGUMENT')
  return new ExpressionError(position, `${expected} after argument ${count} of ${name}`, edit)
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.position
  const found = pattern.exec(reader.text)
  if (found !== null) reader.position = skipSpaces(reader.text, reader.position + found[0].length)
  return found
}
