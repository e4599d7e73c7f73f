import { readFileSync } from 'node:fs'
import { computeSampleIdentity } from '../activations/comparison/sample-identity.js'
import { formatExpression } from '../activations/expression.js'
import { computeIdentity } from '../activations/identity.js'
import { KNOWN_FUNCTIONS } from '../activations/known-functions/known-functions.js'
import { parseExpression } from '../activations/parse-expression.js'
import { computeActBenchClasses } from '../datasets/act-bench-space.js'
import { parseRunLine } from '../datasets/shipped/run-line.js'
import type { SpaceClass } from '../datasets/space-classes.js'
import { createRandom } from '../numeric/random.js'
import { BASELINE_EXPRESSIONS } from '../surrogate/strategies/search-strategy.js'

/** The functions of bulk work: a file with one expression per line, or functions of the Act-Bench space. */
export type Choice =
  | { readonly kind: 'LIST'; readonly file: string }
  | { readonly kind: 'SPACE' }
  /** The functions of the literature outside of the Act-Bench space. */
  | { readonly kind: 'LITERATURE' }
  | { readonly kind: 'SAMPLE'; readonly count: number; readonly seed: number; readonly best?: BestOf }

/** The functions with the highest validation accuracies, means over seeds, among the runs of a file. */
export interface BestOf {
  readonly file: string
  readonly count: number
}

/**
 * Returns the expressions of the choice, each function once, in an order that depends only on the choice: the baselines,
 * then the best of other runs if they are requested, then the finite functions of the space in random order. A longer sample
 * with the same seed begins with the shorter one, and the whole space begins with the samples of seed 0.
 */
export function chooseExpressions(choice: Choice): string[] {
  if (choice.kind === 'LIST') return distinct(readList(choice.file))
  if (choice.kind === 'LITERATURE') return listLiterature()
  const finite = listInDrawingOrder(computeActBenchClasses().filter((found) => found.isFinite))
  const order = createRandom(choice.kind === 'SAMPLE' ? choice.seed : 0, 'sample of the space').permutation(
    finite.length,
  )
  const best = choice.kind === 'SAMPLE' && choice.best ? listBest(choice.best) : []
  const random = Array.from(order, (i) => finite[i])
  const expressions = distinct([...BASELINE_EXPRESSIONS, ...best, ...random])
  return choice.kind === 'SAMPLE' ? expressions.slice(0, choice.count) : expressions
}

/** The functions from which samples are drawn, in the order of version 1 of the identity, so that samples stay the same. */
function listInDrawingOrder(classes: readonly SpaceClass[]): string[] {
  const keyed = classes.map(({ expressions: [expression] }) => ({
    expression,
    key: computeSampleIdentity(parseExpression(expression)),
  }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ expression }) => expression)
}

/** Canonical texts of the finite functions, each function once. */
function listLiterature(): string[] {
  const space = new Set(computeActBenchClasses().map(({ identity }) => identity))
  const expressions = KNOWN_FUNCTIONS.map(({ expression }) => formatExpression(parseExpression(expression)))
  return distinct(expressions).filter((text) => {
    const { id, isFinite: isUsable } = computeIdentity(parseExpression(text))
    return isUsable && !space.has(id)
  })
}

/** The best runs first, and equal ones in alphabetical order. An incomplete last line of a running command is skipped. */
function listBest({ file, count }: BestOf): string[] {
  const text = readFileSync(file, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const accuracies = new Map<string, number[]>()
  for (const { expression, validationAccuracy } of lines.filter((line) => line !== '').map(parseRunLine)) {
    if (validationAccuracy === null) continue
    accuracies.set(expression, [...(accuracies.get(expression) ?? []), validationAccuracy])
  }
  const means = Array.from(accuracies, ([expression, all]) => ({
    expression,
    mean: all.reduce((sum, accuracy) => sum + accuracy, 0) / all.length,
  }))
  means.sort((a, b) => b.mean - a.mean || (a.expression < b.expression ? -1 : 1))
  return means.slice(0, count).map(({ expression }) => expression)
}

function readList(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}

/** The first spelling of each function. */
function distinct(expressions: readonly string[]): string[] {
  const seen = new Set<string>()
  return expressions.filter((text) => {
    const { id } = computeIdentity(parseExpression(text))
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}
