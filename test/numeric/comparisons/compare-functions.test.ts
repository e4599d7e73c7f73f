import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareFunctions } from '../../../src/numeric/comparisons/compare-functions.js'
import { type ComparedFunction, fitPairNoise } from '../../../src/numeric/comparisons/pair-noise.js'
import { createRandom, type Random } from '../../../src/numeric/random.js'

function toFunction(
  values: readonly number[],
  seeds: readonly (number | null)[] = [...values.keys()],
): ComparedFunction {
  const sorted = [...values].sort((a, b) => a - b)
  return {
    value: (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
    runs: values.map((value, i) => ({ seed: seeds[i], value })),
  }
}

/** The variance of a single run around the mean of its function, pooled. */
function pool(functions: readonly ComparedFunction[]): number {
  const spreads = functions.map(({ runs }) => {
    const mean = runs.reduce((sum, { value }) => sum + value, 0) / runs.length
    return runs.reduce((sum, { value }) => sum + (value - mean) ** 2, 0)
  })
  return (
    spreads.reduce((sum, squares) => sum + squares, 0) / functions.reduce((sum, { runs }) => sum + runs.length - 1, 0)
  )
}

const close = (found: number | null, expected: number) =>
  assert.ok(found !== null && Math.abs(found - expected) < 1e-6 * Math.abs(expected), `${found}, not ${expected}`)

test('two functions with three common seeds, and nothing else known: the paired t test of SciPy', () => {
  const [a, b] = [toFunction([0.91, 0.93, 0.905]), toFunction([0.88, 0.915, 0.87])]
  const found = compareFunctions(fitPairNoise([a, b], pool([a, b])), a, b)
  // scipy.stats.ttest_rel
  close(found.standardError, 0.006009252125773322)
  close(found.pValue, 0.04721386531933816)
  close(found.difference, 0.08 / 3)
  assert.deepEqual([found.commonSeeds, found.degrees], [3, 2])
  const reverse = compareFunctions(fitPairNoise([a, b], pool([a, b])), b, a)
  close(reverse.difference, -found.difference)
  close(reverse.pValue, found.pValue as number)
})

test('without noise in any function nothing can be said', () => {
  const equal = [toFunction([0.5, 0.5]), toFunction([0.7, 0.7])]
  assert.equal(fitPairNoise(equal, 0), null)
  assert.equal(fitPairNoise([], 0.1), null)
  const { pValue, standardError, difference } = compareFunctions(null, equal[0], equal[1])
  assert.deepEqual([pValue, standardError], [null, null])
  close(difference, -0.2)
})

/** Functions with equal true values: a shared error of each seed, and errors of their own. */
function draw(
  random: Random,
  count: number,
  seeds: number,
  shared: number,
  own: number,
  level = 0.8,
): ComparedFunction[] {
  const effects = Array.from({ length: seeds }, () => shared * random.normal())
  return Array.from({ length: count }, () =>
    toFunction(effects.map((effect) => level + effect + own * random.normal())),
  )
}

test('equal functions differ in 5% of comparisons, by pairs and by single runs with a common seed', () => {
  const random = createRandom('comparisons', 1)
  const counts = { pairs: 0, singles: 0, all: 0 }
  for (let repetition = 0; repetition < 300; repetition++) {
    const functions = draw(random, 30, 3, 0.03, 0.01)
    const noise = fitPairNoise(functions, pool(functions))
    for (let i = 0; i + 1 < functions.length; i += 2) {
      const [a, b] = [functions[i], functions[i + 1]]
      const single = (each: ComparedFunction) => toFunction([each.runs[0].value])
      counts.all++
      if ((compareFunctions(noise, a, b).pValue ?? 1) < 0.05) counts.pairs++
      if ((compareFunctions(noise, single(a), single(b)).pValue ?? 1) < 0.05) counts.singles++
    }
  }
  for (const found of [counts.pairs, counts.singles]) {
    const share = found / counts.all
    assert.ok(share > 0.03 && share < 0.07, `${share} of ${counts.all}`)
  }
})

test('what a seed does to all functions cancels between functions with that seed, and counts otherwise', () => {
  const functions = draw(createRandom('comparisons', 2), 40, 3, 0.05, 0.005)
  const noise = fitPairNoise(functions, pool(functions))
  const errorOf = (a: ComparedFunction, b: ComparedFunction) => compareFunctions(noise, a, b).standardError as number
  const common = errorOf(toFunction([0.8], [0]), toFunction([0.79], [0]))
  const different = errorOf(toFunction([0.8], [0]), toFunction([0.79], [1]))
  const unknown = errorOf({ value: 0.8, runs: [] }, { value: 0.79, runs: [] })
  assert.ok(common < 0.012 && common > 0.004, `${common}`)
  assert.ok(different > 4 * common, `${different}`)
  assert.equal(unknown, different)
  // One common seed of three against one.
  const part = errorOf(toFunction([0.8, 0.81, 0.79]), toFunction([0.79], [0]))
  assert.ok(part > common && part < different, `${part}`)
  // Three seeds say little about such errors: 2 degrees of freedom.
  const { degrees } = compareFunctions(noise, toFunction([0.8], [0]), toFunction([0.79], [1]))
  assert.ok(degrees < 2.2, `${degrees}`)
})

test('runs without a seed are never pairs', () => {
  const functions = draw(createRandom('comparisons', 3), 20, 3, 0.01, 0.01)
  const noise = fitPairNoise(functions, pool(functions))
  const unknown = (values: number[]) => toFunction(values, [null, null, null])
  const found = compareFunctions(noise, unknown([0.8, 0.82, 0.81]), unknown([0.7, 0.73, 0.71]))
  assert.equal(found.commonSeeds, 0)
  close(found.difference, 0.1)
})
