import type { Expression } from '../expression.js'
import { findOperator } from '../operators.js'
import { BUILT_INPUT, type Built, buildApplication, buildNegative, buildNumber } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { parseCall } from './parse-call.js'
import { proposeContinuation, proposeName, proposeOperand } from './propose-edit.js'
import { readName } from './read-name.js'
import { isNumberNext, readNumber } from './read-number.js'
import { createReader, nest, type Reader, skipSpaces, takeIf } from './reader.js'

/** What may begin an operand, in words. */
const OPERAND = 'a number, x or the name of an operator'
/** Names of numbers. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
])
const SUMS = { '+': 'add', '-': 'sub' } as const
const PRODUCTS = { '*': 'mul', '/': 'div' } as const

/**
 * Parses a text of the expression language (docs/language.md). Precedence, from the weakest: `+ -`, `* /`, unary minus,
 * `** ^`. Spaces, tabs and line ends are ignored. Throws ExpressionError. The limits bound the time and the recursion,
 * whatever the text is.
 */
export function parseText(text: string): Expression {
  const reader = createReader(text)
  const { expression } = parseSum(reader)
  if (reader.position < text.length) {
    throw new ExpressionError(
      reader.position,
      'the end of the expression',
      proposeContinuation(text, reader.position, false),
    )
  }
  return expression
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

function parseOperand(reader: Reader): Built {
  const { text, position } = reader
  if (isNumberNext(reader)) return buildNumber(readNumber(reader))
  if (takeIf(reader, '(')) return parseGroup(reader)
  const { name, end } = readName(text, position)
  if (name === 'x') {
    reader.position = end
    return BUILT_INPUT
  }
  const constant = CONSTANTS.get(name)
  if (constant !== undefined && text[end] !== '(') {
    reader.position = end
    return buildNumber(constant)
  }
  if (findOperator(name) !== null) return parseCall(reader, name, end, parseSum)
  const edit = name === '' ? proposeOperand(text, position) : proposeName(text, name, position, end)
  throw new ExpressionError(position, OPERAND, edit)
}

function parseGroup(reader: Reader): Built {
  const inner = nest(reader, () => parseSum(reader))
  const { text, position } = reader
  if (!takeIf(reader, ')')) throw new ExpressionError(position, '")"', proposeContinuation(text, position, true))
  return inner
}
