import type { CodeNode } from './code-node.js'
import type { CodeTarget } from './code-target.js'
import { toNumberText } from './number-text.js'
import { UNARY_CODE } from './operator-code.js'
import { SPECIAL_CODE, specialSlopes } from './special-code.js'
import { ATOM, countLetters, fillTemplate, type SourceText } from './template.js'

/** Longer formulas are cut into statements. */
const MAX_FORMULA_LENGTH = 72

/** Statements that define intermediate names, in order, and then the formulas of the results. */
export interface Statements {
  readonly definitions: readonly { readonly name: string; readonly formula: string }[]
  readonly results: readonly string[]
}

export interface WriterOptions {
  readonly target: CodeTarget
  /** How each parameter is written. */
  readonly parameters: readonly string[]
  /** Whether parts get names. LaTeX has one formula. */
  readonly hasNames: boolean
}

/** Writes parts of the code as source. A part that is used twice, or that makes a formula long, gets a name. */
export function writeStatements(roots: readonly CodeNode[], options: WriterOptions): Statements {
  const { target, parameters, hasNames } = options
  const uses = countUses(target, roots)
  const written = new Map<CodeNode, SourceText>()
  const definitions: { name: string; formula: string }[] = []
  const counts = { t: 0, x: 0 }
  const define = (node: CodeNode, formula: string): SourceText => {
    const letter = isMaskedInput(node) ? 'x' : 't'
    const name = `${letter}${++counts[letter]}`
    definitions.push({ name, formula })
    return { text: name, level: ATOM }
  }
  const write = (node: CodeNode): SourceText => {
    const known = written.get(node)
    if (known !== undefined) return known
    const text = writePlain(node)
    const isShared = (uses.get(node) ?? 0) > 1 && !isCheap(node)
    const isNamed =
      hasNames && node.kind === 'CALL' && (isShared || (text.text.length > MAX_FORMULA_LENGTH && !roots.includes(node)))
    const result = isNamed ? define(node, text.text) : text
    written.set(node, result)
    return result
  }
  const writePlain = (node: CodeNode): SourceText => {
    if (node.kind === 'INPUT') return { text: 'x', level: ATOM }
    if (node.kind === 'PARAMETER') return { text: parameters[node.slot], level: ATOM }
    if (node.kind === 'NUMBER') return writeNumber(target, node)
    const template = templateOf(target, node)
    const used = [...countLetters(template).keys()]
    const operands = Object.fromEntries(used.map((letter) => [letter, write(operandOf(node, letter))]))
    return fillTemplate(target, template, operands)
  }
  const results = roots.map((root) => write(root).text)
  return { definitions, results }
}

/** The source of a call, with letters for its operands. */
export function templateOf(target: CodeTarget, { operator, operands }: CodeNode): string {
  if (operator.startsWith('slope ')) {
    const [, name, index] = operator.split(' ')
    const slopes = UNARY_CODE[name]?.slopes ?? specialSlopes(name, operands)
    return slopes[Number(index)]
  }
  const unary = UNARY_CODE[operator]
  if (unary !== undefined) return unary[target]
  const choose = SPECIAL_CODE[operator]
  if (choose === undefined) throw new Error(`operator: no code for ${operator}; add it to operator-code.ts`)
  return choose(target, operands)
}

/** The operand that a letter of a template stands for; `v` is the value, the last operand of a slope. */
function operandOf({ operands }: CodeNode, letter: string): CodeNode {
  return letter === 'v' ? operands[operands.length - 1] : operands['abc'.indexOf(letter)]
}

function countUses(target: CodeTarget, roots: readonly CodeNode[]): Map<CodeNode, number> {
  const uses = new Map<CodeNode, number>()
  const use = (node: CodeNode, times: number) => {
    const before = uses.get(node)
    uses.set(node, (before ?? 0) + times)
    if (before !== undefined || node.kind !== 'CALL') return
    for (const [letter, count] of countLetters(templateOf(target, node))) use(operandOf(node, letter), count)
  }
  for (const root of roots) use(root, 1)
  return uses
}

/** A name would be longer than the formula: -x, x > 0. */
function isCheap({ operator, operands }: CodeNode): boolean {
  if (operator !== 'negative' && !operator.startsWith('is ')) return false
  return operands.every(({ kind }) => kind !== 'CALL')
}

/** x with a number in its place while a branch is not taken. */
function isMaskedInput({ operator, operands }: CodeNode): boolean {
  if (operator !== 'where') return false
  const [, yes, no] = operands
  const isInput = (node: CodeNode) => node.kind === 'INPUT' || isMaskedInput(node)
  return (isInput(yes) && no.kind === 'NUMBER') || (yes.kind === 'NUMBER' && isInput(no))
}

/** A number, or the arithmetic of numbers that the text had. */
function writeNumber(target: CodeTarget, node: CodeNode): SourceText {
  const value = node.number ?? Number.NaN
  if (node.operands.length > 0) {
    // The language of numbers, which Julia and JavaScript share with Python.
    const arithmetic = writeArithmetic(target === 'LATEX' ? target : 'NUMPY', node)
    return target === 'JULIA' ? { text: `T(${arithmetic.text})`, level: ATOM } : arithmetic
  }
  return toNumber(target, value)
}

function writeArithmetic(target: 'NUMPY' | 'LATEX', node: CodeNode): SourceText {
  if (node.operands.length === 0) return toNumber(target, node.number ?? Number.NaN)
  const template = templateOf(target, node)
  const [a, b] = node.operands.map((operand) => writeArithmetic(target, operand))
  return fillTemplate(target, template, { a, b })
}

function toNumber(target: CodeTarget, value: number): SourceText {
  const text = toNumberText(target, value)
  return fillTemplate(target, text, {})
}
