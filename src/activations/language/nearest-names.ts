import { OPERATORS } from '../operators.js'
import { KNOWN_NAMES } from './known-names.js'
import { LITERATURE_NAMES } from './literature-names.js'

/** Longer names are no slip of the keyboard. */
const MAX_LENGTH = 32
const CANDIDATES: readonly string[] = [
  ...new Set([...OPERATORS.map(({ name }) => name), ...KNOWN_NAMES.keys(), ...listShortNames()]),
]

/** Up to three known names that are similar to an unknown one, the nearest first; none if all are very different. */
export function findNearestNames(unknown: string, candidates: readonly string[] = CANDIDATES): string[] {
  const name = unknown.slice(unknown.lastIndexOf('.') + 1)
  if (name.length > MAX_LENGTH) return []
  const largest = Math.max(1, Math.round(name.length / 3))
  const lengthDifference = (candidate: string) => Math.abs(candidate.length - name.length)
  return candidates
    .map((candidate) => ({ candidate, steps: countSteps(name, candidate, largest) }))
    .filter(({ steps }) => steps <= largest)
    .sort((a, b) => a.steps - b.steps || lengthDifference(a.candidate) - lengthDifference(b.candidate))
    .map(({ candidate }) => candidate)
    .filter((candidate, index, all) => all.findIndex((one) => simplify(one) === simplify(candidate)) === index)
    .slice(0, 3)
}

/** Letters to insert, delete, replace or exchange with the next one; a capital letter and an underscore cost half a step. */
function countSteps(from: string, to: string, largest: number): number {
  const [a, b] = [simplify(from), simplify(to)]
  const spelling = from === to ? 0 : 0.5
  if (a === b) return spelling
  if (Math.abs(a.length - b.length) > largest) return Number.POSITIVE_INFINITY
  let [before, previous] = [new Array<number>(b.length + 1).fill(0), Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, previous[j] + 1, row[j - 1] + 1)
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchanged) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    if (Math.min(...row) > largest) return Number.POSITIVE_INFINITY
    before = previous
    previous = row
  }
  return previous[b.length]
}

/** Names of the literature in small letters. Long ones are descriptions, and would only cost time. */
export function listShortNames(): string[] {
  return [...LITERATURE_NAMES.keys()].filter((name) => name.length <= 12 && name === name.toLowerCase())
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}
