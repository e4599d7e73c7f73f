import type { Edit } from './expression-error.js'

/** The beginning of a function in Python, JavaScript, Julia or MATLAB, with the input in parentheses or without. */
const HEADS: readonly RegExp[] = [
  /^lambda\s+(?<input>[A-Za-z_]\w*)\s*:\s*/,
  /^def\s+\w+\s*\(\s*(?<input>[A-Za-z_]\w*)(?:\s*:\s*[\w.]+)?\s*\)\s*(?:->\s*[\w.]+\s*)?:\s*/,
  /^function\s*\w*\s*\(\s*(?<input>[A-Za-z_]\w*)\s*\)\s*\{?\s*/,
  /^(?:return|const|let|var)\b\s*/,
  /^\w+\s*(?:\(\s*(?<input>[A-Za-z_]\w*)\s*\)\s*)?:?=(?![=>])\s*/,
]

/** A change of a text from a position: as many characters become the text. */
interface Change {
  readonly length: number
  readonly text: string
}

/**
 * Removes what is before the formula, such as `lambda x:` or `f(x) =`; null if a text begins otherwise. If the input has
 * another name than x, the formula gets x for it.
 */
export function proposeHead(text: string): Change | null {
  for (const head of HEADS) {
    const found = head.exec(text)
    if (found === null) continue
    const { length } = found[0]
    const input = found.groups?.input
    if (input === undefined || input === 'x') return { length, text: '' }
    return { length: text.length, text: text.slice(length).replace(new RegExp(`(?<![\\w.])${input}(?!\\w)`, 'g'), 'x') }
  }
  return null
}

const ARROW = /^(?:=>|->|>|\u21a6|\u2192)\s*(?:\{?\s*return\b\s*)?/
const BEFORE_ARROW = /^\(?\w{1,32}\)?-?$/

/** Removes `x =>` and `x ->` at the beginning. */
export function removeArrow(text: string, position: number): Edit | null {
  const handle = position === 0 ? /^@\s*\(\s*\w+\s*\)\s*|^\\(?=\w\s*->)/.exec(text) : null
  if (handle) return { from: 0, to: handle[0].length, text: '' }
  const arrow = ARROW.exec(text.slice(position))
  if (arrow === null) return null
  const before = text.slice(0, position).replace(/\s/g, '')
  // After x, the sign > is a comparison, and => before a number too.
  if (!/[A-Za-z]/.test(text.slice(position + arrow[0].length))) return null
  if (!BEFORE_ARROW.test(before) || (arrow[0][0] === '>') !== before.endsWith('-')) return null
  return { from: 0, to: position + arrow[0].length, text: '' }
}

const OPEN_QUOTES = `"'\`\u00ab\u201c\u201d\u201e\u2018\u2019\u201a\u2032\u2033\uff02\uff07`
const CLOSE_QUOTES = `"'\`\u00bb\u201c\u201d\u2018\u2019\u2032\u2033\uff02\uff07`
const QUOTED_WORD = new RegExp(`^[${OPEN_QUOTES}](\\w+)[${CLOSE_QUOTES}]`)
const OPEN_QUOTE = new RegExp(`^[${OPEN_QUOTES}]+\\s*`)
const CLOSE_QUOTE = new RegExp(`^\\s*[${CLOSE_QUOTES}]+[;,]?\\s*$`)

/** Makes the quotes of a word plain, and removes quotes around a whole text. */
export function removeQuotes(text: string, position: number): Edit | null {
  const rest = text.slice(position)
  const word = QUOTED_WORD.exec(rest)
  if (word && /[=,]$/.test(text.slice(0, position).trimEnd())) {
    const isPlain = /^["']/.test(rest) && rest[0] === word[0].at(-1)
    return isPlain ? null : { from: position, to: position + word[0].length, text: `"${word[1]}"` }
  }
  const open = text.slice(0, position).trim() === '' ? OPEN_QUOTE.exec(rest) : null
  if (open) return { from: position, to: position + open[0].length, text: '' }
  return CLOSE_QUOTE.test(rest) ? { from: position, to: text.length, text: '' } : null
}

/** Commands of LaTeX that stand for a sign or a name. Other commands keep their names: \tanh is tanh. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['cdot', '*'],
  ['times', '*'],
  ['div', '/'],
  ['le', '<='],
  ['leq', '<='],
  ['ge', '>='],
  ['geq', '>='],
  ['sigma', 'sigmoid'],
  ['Phi', 'ndtr'],
  ['ln', 'log'],
  ['arctan', 'arctan'],
  ['lvert', '|'],
  ['rvert', '|'],
  ...['left', 'right', 'big', 'Big', 'bigl', 'bigr', ',', ';', '!', 'quad', 'displaystyle'].map(
    (space): [string, string] => [space, ''],
  ),
])
const FRACTION = /^\\[dt]?frac\s*(?=\{)/
const TEXT = /^\\(?:operatorname|mathrm|mathit|mathbf|text|textrm)\*?\s*\{([^{}]*)\}/
const COMMAND = /^\\([A-Za-z]+|[,;!])\s*/

/** Replaces a command of LaTeX, or removes the dollars around a formula. */
export function proposeLatex(text: string, position: number): Edit | null {
  const rest = text.slice(position)
  const edit = (length: number, replacement: string): Edit => ({
    from: position,
    to: position + length,
    text: replacement,
  })
  const dollars = /^(\$\$?|\\\(|\\\[)([^$]+?)(\$\$?|\\\)|\\\])\s*$/.exec(rest)
  if (dollars) return { from: position, to: text.length, text: dollars[2] }
  const fraction = readFraction(rest)
  if (fraction !== null) return edit(fraction.length, fraction.text)
  const words = TEXT.exec(rest)
  if (words) return edit(words[0].length, words[1])
  const command = COMMAND.exec(rest)
  if (command === null) return null
  const replacement = COMMANDS.get(command[1]) ?? command[1]
  const isSign = /^[*/<>]/.test(replacement)
  const from = isSign ? text.slice(0, position).trimEnd().length : position
  return { from, to: position + command[0].length, text: replacement }
}

function readFraction(text: string): { readonly text: string; readonly length: number } | null {
  const start = FRACTION.exec(text)?.[0].length
  if (start === undefined) return null
  const middle = findClosingBrace(text, start)
  if (middle === -1 || text[middle + 1] !== '{') return null
  const end = findClosingBrace(text, middle + 1)
  if (end === -1) return null
  return { text: `((${text.slice(start + 1, middle)})/(${text.slice(middle + 2, end)}))`, length: end + 1 }
}

/** The position of the brace that closes the one at `open`; -1 without one. */
function findClosingBrace(text: string, open: number): number {
  let depth = 0
  for (let position = open; position < text.length; position++) {
    if (text[position] === '{') depth++
    if (text[position] === '}' && --depth === 0) return position
  }
  return -1
}
