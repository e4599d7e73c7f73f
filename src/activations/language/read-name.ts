import { findOperator } from '../operators.js'
import { skipSpaces } from './reader.js'

const NAME = /[A-Za-z_]\w*/y
/** The longest name of an operator has 13 letters. The limit keeps the time linear. */
const SPACED_NAME = /[A-Za-z_]\w*(?:[ \t\r\n]+\w+){0,13}/y
const DOTTED_NAME = /[A-Za-z_]\w*(?:[ \t\r\n]*\.[ \t\r\n]*[A-Za-z_]\w*)*/y

/**
 * The name at a position, such as `tanh` or `torch.nn.SiLU`, and the position after it and the spaces that follow; the name
 * is empty if there is none. A name of an operator may have spaces inside, because older versions ignored all spaces.
 */
export function readName(text: string, position: number): { name: string; end: number } {
  const name = match(NAME, text, position)
  const end = skipSpaces(text, position + name.length)
  if (name === '' || !/[\w.]/.test(text[end] ?? '')) return { name, end }
  // x.tanh() is a call with x as the receiver.
  if (text[end] === '.') return name === 'x' ? { name, end } : readDottedName(text, position)
  if (name === 'x') return { name, end }
  const spaced = match(SPACED_NAME, text, position)
  const spacedEnd = skipSpaces(text, position + spaced.length)
  const joined = spaced.replace(/\s+/g, '')
  return text[spacedEnd] === '(' && findOperator(joined) !== null ? { name: joined, end: spacedEnd } : { name, end }
}

function readDottedName(text: string, position: number): { name: string; end: number } {
  const dotted = match(DOTTED_NAME, text, position)
  return { name: dotted.replace(/\s+/g, ''), end: skipSpaces(text, position + dotted.length) }
}

function match(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0] ?? ''
}
