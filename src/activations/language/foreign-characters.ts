import type { Edit } from './expression-error.js'

/** Characters of books, word processors and other languages, and their meanings. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ...[...'\u2212\u2010\u2011\u2012\u2013\u2014\u02d7\u2796'].map((minus): [string, string] => [minus, '-']),
  ...[...'\u00d7\u00b7\u22c5\u2217\u2219\u2022\u2715\u2716\u22c6'].map((times): [string, string] => [times, '*']),
  ...[...'\u00f7\u2215\u2044\u2797'].map((divide): [string, string] => [divide, '/']),
  ...[...'[{'].map((open): [string, string] => [open, '(']),
  ...[...']}'].map((close): [string, string] => [close, ')']),
  ...[...'\u0445\u0425\u03c7'].map((letter): [string, string] => [letter, 'x']),
  ...[...'\u2227\u22c0'].map((and): [string, string] => [and, ' and ']),
  ...[...'\u2228\u22c1'].map((or): [string, string] => [or, ' or ']),
  ...[...'!~\u00ac'].map((not): [string, string] => [not, 'not ']),
  ['\u2795', '+'],
  ['\u2264', '<='],
  ['\u2265', '>='],
  ['\u2a7d', '<='],
  ['\u2a7e', '>='],
  ['\u2260', '!='],
  ['\u03c0', 'pi'],
  ['\u212f', 'e'],
  ['\u2147', 'e'],
  ['\u060c', ','],
  ['\u3001', ','],
])
/** Exponents as small raised letters. Their compatibility form is an ordinary digit, which would mean another number. */
const RAISED = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'
const RAISED_RUN = new RegExp(`[\u207a\u207b]?(?:[${RAISED}]*\u02e3|[${RAISED}]+)`, 'y')
/** Greek letters that stand for functions. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['\u03c3', 'sigmoid'],
  ['\u03a6', 'ndtr'],
  ['\u221a', 'sqrt'],
  ['\u221b', 'cbrt'],
])
const GREEK = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu'.split(' ')
const FIRST_GREEK = 0x3b1
const DIGITS_OF_FRACTION = /^(\d+)\u2044(\d+)$/

/** What a character outside the language stands for; null if nobody knows. */
export function replaceForeign(text: string, position: number): Edit | null {
  const code = text.codePointAt(position)
  if (code === undefined) return null
  const character = String.fromCodePoint(code)
  const edit = (replacement: string, length = character.length): Edit => ({
    from: position,
    to: position + length,
    text: replacement,
  })
  const next = text[position + character.length] ?? ''
  const known = FOREIGN.get(character)
  // 2\u03c0x has two factors.
  if (known !== undefined) return edit(/\w$/.test(known) && /\w/.test(next) ? `${known}*` : known)
  if (code < 0x80) return code < 0x20 || code === 0x7f ? edit(' ') : null
  RAISED_RUN.lastIndex = position
  const raised = RAISED_RUN.exec(text)?.[0]
  if (raised !== undefined) return edit(`**${readRaised(raised)}`, raised.length)
  const called = FUNCTIONS.get(character)
  if (called !== undefined) return edit(nameFunction(text, position + 1, called), lengthOfCall(text, position + 1) + 1)
  const greek = GREEK[code - FIRST_GREEK]
  if (greek !== undefined) return edit(/^\s*=(?!=)/.test(text.slice(position + 1)) ? greek : `param(1,"${greek}")`)
  if (/[\p{Cf}\p{Mn}\p{Cc}]/u.test(character)) return edit('')
  if (/\p{Zs}|\p{Zl}|\p{Zp}/u.test(character)) return edit(' ')
  const plain = character.normalize('NFKC')
  const fraction = DIGITS_OF_FRACTION.exec(plain)
  if (fraction) return edit(`(${fraction[1]}/${fraction[2]})`)
  return plain !== character && /^[ -~]+$/.test(plain) ? replaceRun(text, position) : null
}

/** Letters and digits of full width, or of mathematical alphabets, that stand together are one name or number. */
function replaceRun(text: string, position: number): Edit {
  let to = position
  let replacement = ''
  for (const character of text.slice(position)) {
    const plain = character.normalize('NFKC')
    const isPart = plain !== character && (to === position ? /^[ -~]+$/ : /^[\w.]+$/).test(plain)
    if (!isPart || RAISED.includes(character)) break
    to += character.length
    replacement += plain
    if (!/^[\w.]+$/.test(plain)) break
  }
  return { from: position, to, text: replacement }
}

function readRaised(run: string): string {
  const letters = [...run].map((letter) => {
    if (letter === '\u207a') return '+'
    if (letter === '\u207b') return '-'
    return letter === '\u02e3' ? 'x' : String(RAISED.indexOf(letter))
  })
  const digits = letters.join('')
  return /^[+-]?\d+x$/.test(digits) ? `(${digits.replace('x', '*x')})` : digits
}

/** A root sign or a letter may stand before a plain operand, as in the root of 2. */
const PLAIN_OPERAND = /^\s*(x|\d+(?:\.\d+)?)(?![\w(.])/

function nameFunction(text: string, position: number, name: string): string {
  const operand = PLAIN_OPERAND.exec(text.slice(position, position + 100))
  return operand === null ? name : `${name}(${operand[1]})`
}

function lengthOfCall(text: string, position: number): number {
  return PLAIN_OPERAND.exec(text.slice(position, position + 100))?.[0].length ?? 0
}
