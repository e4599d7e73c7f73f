import type { Edit } from './expression-error.js'

/** Signs of other languages that begin before the position of the problem, and comments after `//`. */
export function proposeSign(text: string, position: number): Edit | null {
  const before = text.slice(0, position)
  const trimmed = before.trimEnd()
  const rest = text.slice(position)
  if (rest[0] === '>' && before.endsWith('<')) return { from: position - 1, to: position + 1, text: '!=' }
  if (rest[0] === '=' && trimmed.endsWith('==')) return { from: position, to: position + 1, text: '' }
  // x//2 is a division without a remainder, which the language does not have.
  if (/^\/\s*[A-Za-z]{2}[^\n]*$/.test(rest) && before.endsWith('/')) {
    return { from: position - 1, to: text.length, text: '' }
  }
  // A sign that occurs twice, or before the first operand, as in the formulas of a spreadsheet.
  const isTwice = /^[*^]/.test(rest) && trimmed.endsWith(rest[0])
  if (isTwice || (trimmed === '' && /^[=*/^]/.test(rest))) return { from: position, to: position + 1, text: '' }
  return null
}

/** Comparisons of other languages after an operand: `=<` and `=>` for `<=` and `>=`, `=` for `==`. */
export function proposeComparison(text: string, position: number): Edit | null {
  const sign = /^=([<>])?(?!=)/.exec(text.slice(position))
  if (sign === null) return null
  return { from: position, to: position + sign[0].length, text: sign[1] === undefined ? '==' : `${sign[1]}=` }
}
