import { formatNumber } from '../expression.js'
import { type Edit, ExpressionError } from './expression-error.js'
import { type Reader, skipSpaces } from './reader.js'

/** Largest number of digits of a number. A float64 has at most 17; more are usually a pasted constant. */
const MAX_DIGITS = 100

const NUMBER = /(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
/** What a reader would call one number, right or wrong: digits, letters, points and a sign after an `e`. */
const RUN = /(?:[\d.][eE][+-]\d|[\w.])+/y

/** Whether a number starts at the position of the reader. */
export function isNumberNext({ text, position }: Reader): boolean {
  return isDigit(text[position]) || (text[position] === '.' && isDigit(text[position + 1]))
}

/** Reads a decimal number without a sign, such as `0.044715`, `.5` or `1e-3`; throws ExpressionError for any other. */
export function readNumber(reader: Reader): number {
  const { text, position } = reader
  const run = match(RUN, text, position)
  const number = match(NUMBER, text, position)
  const edit = (replacement: string): Edit => ({ from: position, to: position + run.length, text: replacement })
  if (number.length < run.length) throw explainRun(run, number, position, edit)
  if (number.replace(/[eE].*|\D/g, '').length > MAX_DIGITS) {
    throw new ExpressionError(position, `a number of at most ${MAX_DIGITS} digits`, edit(nearestNumber(number)))
  }
  const value = Number(number)
  if (value === Number.POSITIVE_INFINITY) {
    throw new ExpressionError(position, 'a number of at most 1.7976931348623157e308', edit(nearestNumber(number)))
  }
  if (value === 0 && /^[.\d]*[1-9]/.test(number)) {
    throw new ExpressionError(position, '0 or a number of at least 5e-324', edit('0'))
  }
  reader.position = skipSpaces(text, position + number.length)
  return value
}

function explainRun(run: string, number: string, position: number, edit: (text: string) => Edit): ExpressionError {
  const plain = run.replaceAll('_', '')
  if (plain !== run && isWhole(plain)) {
    return new ExpressionError(position + run.indexOf('_'), 'a number without underscores', edit(plain))
  }
  if (/^0[xXbBoO]/.test(run)) {
    const value = Number(plain)
    const reading = Number.isFinite(value) ? edit(nearestNumber(String(value))) : null
    return new ExpressionError(position, 'a decimal number', reading)
  }
  if (/^0\d/.test(run)) {
    const stripped = run.replace(/^0+(?=\d)/, '')
    return new ExpressionError(position, 'a number without leading zeros', isWhole(stripped) ? edit(stripped) : null)
  }
  const end = position + number.length
  const rest = run.slice(number.length)
  const single = run.replace(/\.{2,}/g, '.')
  if (single !== run && isWhole(single)) return new ExpressionError(end, 'a number with one point', edit(single))
  if (/^[fFdDlL]$/.test(rest)) return new ExpressionError(end, 'an operator after the number', edit(number))
  if (/^[A-Za-z]/.test(rest) && rest !== 'e' && rest !== 'E') {
    return new ExpressionError(end, 'an operator such as "*" after the number', edit(`${number}*${rest}`))
  }
  return new ExpressionError(end, 'a number such as 0.5 or 1e-3', isWhole(single) ? edit(single) : null)
}

/** The number of a text that may be too long or too large. */
function nearestNumber(text: string): string {
  return formatNumber(Math.min(Number(text), Number.MAX_VALUE))
}

function isWhole(text: string): boolean {
  return match(NUMBER, text, 0).length === text.length && text !== ''
}

function match(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0] ?? ''
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}
