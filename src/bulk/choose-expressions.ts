import { readFileSync } from 'node:fs'
import { computeIdentity } from '../activations/identity.js'
import { parseExpression } from '../activations/parse-expression.js'
import { computeActBenchClasses } from '../datasets/act-bench-space.js'
import { createRandom } from '../networks/random.js'
import { BASELINE_EXPRESSIONS } from '../surrogate/search-strategy.js'

/** Which functions bulk work is for: a file with one expression a line, or functions of the Act-Bench space. */
export type Choice =
  | { readonly kind: 'LIST'; readonly file: string }
  | { readonly kind: 'SPACE' }
  | { readonly kind: 'SAMPLE'; readonly count: number; readonly seed: number }

/**
 * The expressions of the choice, each function once, in an order that depends on the choice alone: the baselines first,
 * then the finite functions of the space in random order. A longer sample with the same seed begins with the shorter one,
 * and the whole space with seed 0 begins with its samples.
 */
export function chooseExpressions(choice: Choice): string[] {
  if (choice.kind === 'LIST') return distinct(readList(choice.file))
  const finite = computeActBenchClasses().filter((found) => found.isFinite)
  const order = createRandom(choice.kind === 'SAMPLE' ? choice.seed : 0, 'sample of the space').permutation(
    finite.length,
  )
  const expressions = distinct([...BASELINE_EXPRESSIONS, ...Array.from(order, (i) => finite[i].expressions[0])])
  return choice.kind === 'SAMPLE' ? expressions.slice(0, choice.count) : expressions
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
