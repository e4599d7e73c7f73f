import { createRandom } from '../../numeric/random.js'
import type { SplitRule } from './task-definition.js'

/** Numbers of rows of the training files that belong to each split. */
export interface SplitRows {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

/**
 * Divides the rows of the training files. Each split has its rows in the order of the file. Throws an error of one line that
 * starts with `place` if nothing would be left to train.
 */
export function splitRows(labels: Uint8Array, classes: number, rule: SplitRule, place: string): SplitRows {
  const count = labels.length
  const validation = countOf(rule.validation, count)
  const test = countOf(rule.test, count)
  if (validation + test >= count) {
    throw new Error(
      `${place}: expected fewer rows to validate and to test than the ${count} of the training files, got ${validation} + ${test}`,
    )
  }
  if (rule.pick === 'last') {
    const start = count - validation - test
    return {
      train: range(0, start),
      validation: range(start, start + validation),
      test: range(start + validation, count),
    }
  }
  const order = createRandom(rule.seed, 'split of own task').permutation(count)
  if (!rule.stratified) return divide(order, validation, test)
  const byClass: number[][] = Array.from({ length: classes }, () => [])
  for (const row of order) byClass[labels[row]].push(row)
  const sizes = byClass.map(({ length }) => length)
  const validations = apportion(sizes, validation)
  const tests = apportion(
    sizes.map((size, i) => size - validations[i]),
    test,
  )
  const parts = byClass.map((rows, i) => divide(Uint32Array.from(rows), validations[i], tests[i]))
  const join = (split: keyof SplitRows) => Uint32Array.from(parts.flatMap((part) => [...part[split]])).sort()
  return { train: join('train'), validation: join('validation'), test: join('test') }
}

function countOf(share: number, count: number): number {
  return share > 0 && share < 1 ? Math.max(1, Math.round(share * count)) : share
}

function divide(order: Uint32Array, validation: number, test: number): SplitRows {
  return {
    train: order.slice(validation + test).sort(),
    validation: order.slice(0, validation).sort(),
    test: order.slice(validation, validation + test).sort(),
  }
}

/** Whole shares of the sizes with this sum: rounded down, then the largest remainders get one more. */
function apportion(sizes: readonly number[], sum: number): number[] {
  const total = sizes.reduce((a, b) => a + b, 0)
  const exact = sizes.map((size) => (size * sum) / total)
  const shares = exact.map(Math.floor)
  const order = exact.map((_, i) => i).sort((a, b) => exact[b] - shares[b] - (exact[a] - shares[a]) || a - b)
  const left = sum - shares.reduce((a, b) => a + b, 0)
  for (const i of order.slice(0, left)) shares[i]++
  return shares
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i)
}
