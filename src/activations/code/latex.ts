import type { CodeRequest } from './code-request.js'
import { listDefinitions } from './latex-definitions.js'
import { toNumberText } from './number-text.js'
import { writeStatements } from './write-statements.js'

const GREEK = /^(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|rho|sigma|tau|phi|psi|omega)$/

/** A formula, the definitions of the names in it, and the initial values of its parameters, for the package amsmath. */
export function writeLatex({ name, description, root, parameters }: CodeRequest): string {
  const symbols = parameters.map((parameter) => toSymbol(parameter.name))
  const { results } = writeStatements([root], { target: 'LATEX', parameters: symbols, hasNames: false })
  const formula = growParentheses(results[0])
  const lines = [
    `${toSymbol(name, true)}(x) &= ${formula}`,
    ...listDefinitions(formula),
    ...parameters.map(({ initial }, slot) => {
      return `${symbols[slot]} &= ${toNumberText('LATEX', initial)} \\quad \\text{initially}`
    }),
  ]
  const comments = description.map((line) => `% ${line}`)
  return [...comments, '\\begin{align*}', lines.join(' \\\\\n'), '\\end{align*}', ''].join('\n')
}

/** A name as a symbol: a letter, a Greek letter, or upright text. */
function toSymbol(name: string, isFunction = false): string {
  if (/^[A-Za-z]$/.test(name)) return name
  if (!isFunction && GREEK.test(name)) return `\\${name}`
  return `\\${isFunction ? 'operatorname' : 'mathrm'}{${name.replaceAll('_', '\\_')}}`
}

/** Parentheses around fractions and other tall parts grow with them. */
function growParentheses(formula: string): string {
  const open: number[] = []
  const grown = new Map<number, string>()
  for (let i = 0; i < formula.length; i++) {
    if (formula[i] === '(' && !formula.startsWith('\\left', i - 5)) open.push(i)
    if (formula[i] !== ')' || formula.startsWith('\\right', i - 6)) continue
    const start = open.pop()
    if (start === undefined) continue
    if (!/\\(?:frac|begin|left|sqrt)/.test(formula.slice(start, i))) continue
    grown.set(start, '\\left(')
    grown.set(i, '\\right)')
  }
  return [...formula].map((character, i) => grown.get(i) ?? character).join('')
}
