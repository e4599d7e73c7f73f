import type { CodeTarget } from './code-target.js'

/** Source text with the level of its outermost operator, which decides whether it needs parentheses. */
export interface SourceText {
  readonly text: string
  readonly level: number
}

/** Levels of binding. A text of a lower level needs parentheses as an operand of a higher one. */
const COMPARISON = 0
const SUM = 1
const PRODUCT = 2
/** A sign before an operand; in LaTeX also a fraction, which needs parentheses only as the base of a power. */
const SIGN = 3
const POWER = 4
export const ATOM = 5

/** The binding of infix operators: the least levels of the left and of the right operand, and its own. */
const INFIX: Readonly<Record<string, { left: number; right: number; own: number }>> = {
  ...Object.fromEntries(
    ['>', '>=', '<', '<=', '==', '!=', '=', '\\geq', '\\leq', '\\neq', '&', '|', '&&', '||', '\\land', '\\lor'].map(
      (sign) => [sign, { left: SUM, right: SUM, own: COMPARISON }],
    ),
  ),
  '+': { left: SUM, right: PRODUCT, own: SUM },
  '-': { left: SUM, right: PRODUCT, own: SUM },
  '*': { left: PRODUCT, right: SIGN, own: PRODUCT },
  '/': { left: PRODUCT, right: SIGN, own: PRODUCT },
  '\\cdot': { left: PRODUCT, right: SIGN, own: PRODUCT },
  '**': { left: ATOM, right: SIGN, own: POWER },
}
/** Julia and LaTeX write powers without spaces. */
const TIGHT_POWER = /^\^/

/** Puts the texts of operands into a template, with parentheses if they are needed. */
export function fillTemplate(
  target: CodeTarget,
  template: string,
  operands: Readonly<Record<string, SourceText>>,
): SourceText {
  const text = template.replace(PLACEHOLDER, (letter: string, offset: number) => {
    const operand = operands[letter]
    if (operand === undefined) return letter
    const before = template.slice(0, offset)
    const after = template.slice(offset + 1)
    return mustBracket(target, before, after, operand) ? bracket(target, operand.text) : operand.text
  })
  return { text, level: levelOf(template) }
}

/** How often each letter occurs in a template. */
export function countLetters(template: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [letter] of template.matchAll(PLACEHOLDER)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return counts
}

const PLACEHOLDER = /(?<![\w.\\"])[abcv](?![\w(])/g

function mustBracket(target: CodeTarget, before: string, after: string, { text, level }: SourceText): boolean {
  // \log(x)^2 may be read as the logarithm of a square.
  if (target === 'LATEX' && TIGHT_POWER.test(after) && /[(|{]/.test(text)) return true
  if (level === ATOM) return false
  const previous = /(\S+) $/.exec(before)?.[1]
  const next = /^ (\S+)/.exec(after)?.[1]
  const isNegative = text.startsWith('-')
  if (before.endsWith('^')) return true
  if (TIGHT_POWER.test(after) || after.startsWith('.')) return true
  // A sign directly before the operand, such as -a or ~a.
  if ((/[-~!]$/.test(before) || before.endsWith('\\lnot ')) && level < POWER) return true
  if (previous !== undefined && INFIX[previous]) {
    if (isNegative && previous !== '**') return true
    if (level < INFIX[previous].right) return true
  }
  return next !== undefined && INFIX[next] !== undefined && level < INFIX[next].left
}

/** The level of a template: that of the operator outside of all parentheses that binds least. */
function levelOf(template: string): number {
  const outer = removeNested(template)
  if (outer.startsWith('\\begin')) return COMPARISON
  if (/^\\frac(?: |$)/.test(outer)) return SIGN
  const signs = [...outer.matchAll(/ (\S+) /g)].flatMap(([, sign]) => INFIX[sign]?.own ?? [])
  if (/^[-~!]|^\\lnot /.test(outer)) signs.push(SIGN)
  if (outer.includes('^')) signs.push(POWER)
  return Math.min(ATOM, ...signs)
}

/** The template without what is inside of parentheses, brackets or braces. */
function removeNested(template: string): string {
  let depth = 0
  let outer = ''
  for (const character of template) {
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) depth--
    else if (depth === 0) outer += character
  }
  return outer
}

function bracket(target: CodeTarget, text: string): string {
  return target === 'LATEX' ? `\\left(${text}\\right)` : `(${text})`
}
