import type { Edit } from './expression-error.js'
import { findNearestNames } from './nearest-names.js'

/** Characters of books, word processors and other languages, and what they stand for. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ...[...'\u2212\u2010\u2011\u2012\u2013\u2014\uff0d'].map((minus): [string, string] => [minus, '-']),
  ...[...'\u00d7\u00b7\u22c5\u2217\u2219'].map((times): [string, string] => [times, '*']),
  ...[...'\u00f7\u2215\u2044'].map((divide): [string, string] => [divide, '/']),
  ...[...'\u00a0\u2009\u202f\u200b\ufeff\f\v'].map((space): [string, string] => [space, ' ']),
  ...[...'[{\uff08'].map((open): [string, string] => [open, '(']),
  ...[...']}\uff09'].map((close): [string, string] => [close, ')']),
  ...[...'\u0445\u0425\u03c7'].map((letter): [string, string] => [letter, 'x']),
  ['\u2264', '<='],
  ['\u2265', '>='],
  ['\u2260', '!='],
  ['\uff0b', '+'],
  ['\uff0c', ','],
  ['\u00b2', '**2'],
  ['\u00b3', '**3'],
  ['\u03c0', 'pi'],
])
/** What people call the input. */
const INPUT_NAMES = new Set(['X', 'z', 't', 'u', 'v', 'y', 'input', 'inputs', 'features', 'tensor', 'self'])

/** A likely correction if no operand starts at this position. */
export function proposeOperand(text: string, position: number): Edit | null {
  const foreign = replaceForeign(text, position)
  if (foreign !== null) return foreign
  const before = text.slice(0, position).trimEnd()
  const isEnd = position === text.length || text[position] === ')'
  if (isEnd && (before === '' || before.endsWith('('))) return { from: position, to: position, text: 'x' }
  if (isEnd && /[-+*/^,]$/.test(before)) return { from: before.length - 1, to: position, text: '' }
  const bars = /^\|([^|]+)\|/.exec(text.slice(position))
  if (bars) return { from: position, to: position + bars[0].length, text: `abs(${bars[1]})` }
  return null
}

/** A likely correction if the text continues in a wrong way after an operand, inside of `open` parentheses or none. */
export function proposeContinuation(text: string, position: number, isOpen: boolean): Edit | null {
  const foreign = replaceForeign(text, position)
  if (foreign !== null) return foreign
  const rest = text.slice(position)
  if (rest === '') return isOpen ? { from: position, to: position, text: ')' } : null
  if (/^,\d/.test(rest) && /\d$/.test(text.slice(0, position))) return { from: position, to: position + 1, text: '.' }
  if (/^[;.]+\s*$/.test(rest)) return { from: position, to: text.length, text: '' }
  if (/^\(\s*$/.test(rest)) return { from: position, to: text.length, text: '' }
  if (/^=[^=]/.test(rest)) return { from: position, to: position + 1, text: '==' }
  if (rest[0] === ';' && isOpen) return { from: position, to: position + 1, text: ',' }
  if (rest[0] === ')' && !isOpen) return { from: position, to: position + 1, text: '' }
  const before = text.slice(0, position).trimEnd()
  if (/^\d/.test(rest) && /\d$/.test(before)) return { from: before.length, to: position, text: '' }
  if (/^[\w(]/.test(rest)) return { from: position, to: position, text: '*' }
  return null
}

/** A likely correction of a name that is not known. */
export function proposeName(text: string, name: string, position: number, end: number): Edit | null {
  const rest = text.slice(position)
  const head = /^(?:lambda\s+\w+\s*:|return\b|\w+\s*(?:\(\s*\w+\s*\))?\s*=(?!=))\s*/.exec(rest)
  if (head) return { from: position, to: position + head[0].length, text: '' }
  if (text[end] !== '(') {
    return INPUT_NAMES.has(name) ? { from: position, to: position + name.length, text: 'x' } : null
  }
  const [nearest] = findNearestNames(name)
  return nearest === undefined ? null : { from: position, to: end, text: nearest }
}

function replaceForeign(text: string, position: number): Edit | null {
  const replacement = FOREIGN.get(text[position])
  return replacement === undefined ? null : { from: position, to: position + 1, text: replacement }
}
