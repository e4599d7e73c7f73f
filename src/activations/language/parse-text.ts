import type { Expression } from '../expression.js'
import { BUILT_INPUT, type Built, buildApplication, buildNegative, buildNumber } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { findFrameworkNames } from './framework-names.js'
import { findCallee, type Parsers, parseCall, takesOneArgument } from './parse-call.js'
import { checkUses, parseParameter } from './parse-parameter.js'
import { proposeContinuation, proposeName, proposeOperand } from './propose-edit.js'
import { readName } from './read-name.js'
import { isNumberNext, readNumber } from './read-number.js'
import { createReader, nest, type Reader, skipSpaces, takeIf, takeWord } from './reader.js'

/** What may begin an operand, in words. */
const OPERAND = 'a number, x or the name of an operator'
const NOT_FINITE = /^(?:\w+\.)*(?:inf|infty|infinity|nan)$/i
/** Names of numbers. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
])
const COMPARISONS: readonly (readonly [string, string])[] = [
  ['<=', 'less_equal'],
  ['>=', 'greater_equal'],
  ['==', 'equal'],
  ['!=', 'not_equal'],
  ['<', 'less'],
  ['>', 'greater'],
]
const PARSERS: Parsers = { argument: parseWhole, text: parse }
const ONLY_A_NAME = /^[ \t\r\n]*([A-Za-z_][\w.]*)[ \t\r\n]*$/
const SUMS = { '+': 'add', '-': 'sub' } as const
const PRODUCTS = { '*': 'mul', '/': 'div' } as const

/**
 * Parses a text of the expression language (docs/language.md). Precedence, from the weakest: conditions, `or`, `and`,
 * `not`, comparisons, `+ -`, `* /`, unary minus, `** ^`. Spaces, tabs and line ends are ignored. Throws ExpressionError. The limits bound the time and the recursion,
 * whatever the text is.
 */
export function parseText(text: string): Expression {
  const { expression } = parse(isOnlyAName(text) ? `${text}(x)` : text, null)
  checkUses(expression)
  return expression
}

/** Whether the text is the name of a function of one argument, such as `SiLU` or `nn.Tanh`. It stands for its call with x. */
function isOnlyAName(text: string): boolean {
  const name = ONLY_A_NAME.exec(text)?.[1]
  const callee = name === undefined ? null : findCallee(name, false)
  return callee !== null && takesOneArgument(callee)
}

/** Parses a text in which some names stand for expressions. */
function parse(text: string, variables: Reader['variables']): Built {
  const reader = createReader(text, variables)
  const whole = parseWhole(reader)
  if (reader.position < text.length) {
    const at = reader.position
    throw new ExpressionError(at, 'the end of the expression', () => proposeContinuation(text, at, 'WHOLE'))
  }
  return whole
}

/** `a if c else b` and `c ? a : b` are where(c,a,b). */
function parseWhole(reader: Reader): Built {
  const first = parseEither(reader)
  const at = reader.position
  if (takeWord(reader, 'if')) {
    const condition = nest(reader, () => parseEither(reader))
    if (!takeWord(reader, 'else')) throw new ExpressionError(reader.position, '"else" after the condition')
    return buildApplication('where', [condition, first, nest(reader, () => parseWhole(reader))], at)
  }
  if (!takeIf(reader, '?')) return first
  const yes = nest(reader, () => parseWhole(reader))
  if (!takeIf(reader, ':')) throw new ExpressionError(reader.position, '":" after the first choice')
  return buildApplication('where', [first, yes, nest(reader, () => parseWhole(reader))], at)
}

/** Conditions are 1 or 0, so `or` is their maximum and `and` their minimum. */
function parseEither(reader: Reader): Built {
  let left = parseBoth(reader)
  for (;;) {
    const at = reader.position
    if (!takeWord(reader, 'or') && !takeIf(reader, '||') && !takeIf(reader, '|')) return left
    left = buildApplication('max', [left, parseBoth(reader)], at)
  }
}

function parseBoth(reader: Reader): Built {
  let left = parseNegation(reader)
  for (;;) {
    const at = reader.position
    if (!takeWord(reader, 'and') && !takeIf(reader, '&&') && !takeIf(reader, '&')) return left
    left = buildApplication('min', [left, parseNegation(reader)], at)
  }
}

function parseNegation(reader: Reader): Built {
  const at = reader.position
  // The name may also be not_equal with spaces inside.
  if (readName(reader.text, at).name !== 'not') return parseComparison(reader)
  takeWord(reader, 'not')
  return buildApplication('equal', [nest(reader, () => parseNegation(reader)), buildNumber(0)], at)
}

/** `a < b < c` is `a < b and b < c`. */
function parseComparison(reader: Reader): Built {
  let left = parseSum(reader)
  let whole: Built | null = null
  for (;;) {
    const at = reader.position
    const found = COMPARISONS.find(([sign]) => takeIf(reader, sign))
    if (found === undefined) return whole ?? left
    const right = parseSum(reader)
    const comparison = buildApplication(found[1], [left, right], at)
    whole = whole === null ? comparison : buildApplication('min', [whole, comparison], at)
    left = right
  }
}

function parseSum(reader: Reader): Built {
  return parseChain(reader, SUMS, parseProduct)
}

function parseProduct(reader: Reader): Built {
  return parseChain(reader, PRODUCTS, parseSigned)
}

/** Operands with operators of equal precedence between them, grouped from the left. */
function parseChain(
  reader: Reader,
  operators: Readonly<Record<string, string>>,
  parseOperand: (reader: Reader) => Built,
): Built {
  let left = parseOperand(reader)
  for (;;) {
    const at = reader.position
    const operator = operators[reader.text[at]]
    if (operator === undefined || reader.text.startsWith('**', at)) return left
    reader.position = skipSpaces(reader.text, at + 1)
    left = buildApplication(operator, [left, parseOperand(reader)], at)
  }
}

/** Signs before a power: -x^2 is the negative of x^2. */
function parseSigned(reader: Reader): Built {
  const minuses: number[] = []
  for (;;) {
    const at = reader.position
    if (takeIf(reader, '-')) minuses.push(at)
    else if (!takeIf(reader, '+')) break
  }
  let signed = parsePower(reader)
  while (minuses.length > 0) signed = buildNegative(signed, minuses.pop() as number)
  return signed
}

/** Powers group from the right, and an exponent may have a sign. */
function parsePower(reader: Reader): Built {
  const base = parseOperand(reader)
  const at = reader.position
  if (!takeIf(reader, '**') && !takeIf(reader, '^')) return base
  const exponent = nest(reader, () => parseSigned(reader))
  return buildApplication('pow', [base, exponent], at)
}

/** An operand, and calls with it as the first argument: `x.tanh()`. */
function parseOperand(reader: Reader): Built {
  let operand = parsePrimary(reader)
  while (reader.text[reader.position] === '.') {
    const at = reader.position
    reader.position = skipSpaces(reader.text, at + 1)
    const { name, end } = readName(reader.text, reader.position)
    const callee = findCallee(`torch.${name}`, false)
    if (callee === null) throw refuseMethod(reader, name, at, end)
    operand = parseCall(reader, { ...callee, name }, end, PARSERS, operand)
  }
  return operand
}

function refuseMethod({ text, position }: Reader, name: string, at: number, end: number): ExpressionError {
  if (name === '' || text[end] !== '(') {
    return new ExpressionError(at, 'an operator', () => proposeContinuation(text, at, 'WHOLE'))
  }
  return new ExpressionError(position, 'the name of an operator', () => proposeName(text, name, position, end), name)
}

function parsePrimary(reader: Reader): Built {
  const { text, position, variables } = reader
  if (isNumberNext(reader)) return buildNumber(readNumber(reader))
  if (takeIf(reader, '(')) return parseGroup(reader)
  const { name, end } = readName(text, position)
  const isCall = text[end] === '('
  const leaf = isCall && name !== 'x' ? undefined : findLeaf(name, variables)
  if (leaf !== undefined) {
    reader.position = end
    return leaf
  }
  if (name === 'param') {
    if (!isCall) throw new ExpressionError(end, '"(" after param')
    return parseParameter(reader, end, parseWhole)
  }
  const callee = findCallee(name, variables !== null)
  if (callee !== null) return parseCall(reader, callee, end, PARSERS)
  const edit = () => (name === '' ? proposeOperand(text, position) : proposeName(text, name, position, end))
  if (NOT_FINITE.test(name)) throw new ExpressionError(position, 'a finite number, x or the name of an operator')
  const isName = isCall || name.includes('.') || ONLY_A_NAME.test(text)
  throw new ExpressionError(position, OPERAND, edit, isName ? name : null)
}

function findLeaf(name: string, variables: Reader['variables']): Built | undefined {
  const variable = variables?.get(name)
  if (variable !== undefined) return variable
  if (name === 'x') return BUILT_INPUT
  const point = name.lastIndexOf('.')
  const constant = CONSTANTS.get(name.slice(point + 1))
  const isKnown = point === -1 || findFrameworkNames(name.slice(0, point)) !== null
  return constant !== undefined && isKnown ? buildNumber(constant) : undefined
}

function parseGroup(reader: Reader): Built {
  const inner = nest(reader, () => parseWhole(reader))
  const { text, position } = reader
  if (!takeIf(reader, ')'))
    throw new ExpressionError(position, '")"', () => proposeContinuation(text, position, 'GROUP'))
  return inner
}
