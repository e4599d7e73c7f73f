import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { logGamma } from '../../src/numeric/gamma.js'
import { studentQuantile, studentTails } from '../../src/numeric/student.js'

/** By SciPy: `2 * stats.t.sf(t, degrees)`, and `scipy.special.gammaln`. */
const { student, gamma } = JSON.parse(
  readFileSync(new URL('../../../test/data/statistics/student.json', import.meta.url), 'utf8'),
) as { student: [t: number, degrees: number, tails: number][]; gamma: [x: number, log: number][] }

function close(found: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(found - expected) <= 1e-11 * Math.max(1e-280, Math.abs(expected)),
    `${what}: ${found}, not ${expected}`,
  )
}

test('the tails of Student`s distribution are those of SciPy, also for broken degrees of freedom', () => {
  for (const [t, degrees, tails] of student) {
    close(studentTails(t, degrees), tails, `t ${t}, ${degrees} degrees`)
    close(studentTails(-t, degrees), tails, `t ${-t}, ${degrees} degrees`)
  }
})

test('a quantile has its probability in the tails', () => {
  for (const degrees of [1, 2.5, 4, 30, 1e4]) {
    for (const probability of [0.5, 0.05, 1e-6])
      assert.ok(Math.abs(studentTails(studentQuantile(probability, degrees), degrees) / probability - 1) < 1e-9)
  }
  assert.ok(Math.abs(studentQuantile(0.05, Number.POSITIVE_INFINITY) - 1.959963984540054) < 1e-7)
})

test('an infinite distance has no tails, and numbers that are none give none', () => {
  assert.equal(studentTails(Number.POSITIVE_INFINITY, 3), 0)
  assert.equal(studentTails(0, 3), 1)
  assert.ok(Number.isNaN(studentTails(Number.NaN, 3)))
  assert.ok(Number.isNaN(studentTails(1, 0)))
})

test('the logarithm of the gamma function is that of SciPy', () => {
  // Near 1 and 2 it is 0, and digits are lost.
  for (const [x, log] of gamma)
    assert.ok(Math.abs(logGamma(x) - log) <= 1e-12 * Math.max(1, Math.abs(log)), `logGamma(${x})`)
})
