import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { createJointPosterior, type JointPosterior } from '../../../src/surrogate/gaussian-process/joint-posterior.js'
import { conditionOnCompletions } from '../../../src/surrogate/strategies/condition-on-completions.js'
import {
  computeExpectedImprovement,
  createImprovementStrategy,
} from '../../../src/surrogate/strategies/improvement-strategy.js'
import { createRandomStrategy } from '../../../src/surrogate/strategies/random-strategy.js'

const SIZE = 30
const covariance = (i: number, j: number) => 0.04 * Math.exp(-((i - j) ** 2) / 8) + (i === j ? 1e-9 : 0)
const NOISE = 1e-4
const PRIOR = {
  means: Float64Array.from({ length: SIZE }, (_, i) => 0.5 + 0.2 * Math.sin(i)),
  variances: Float64Array.from({ length: SIZE }, (_, i) => covariance(i, i)),
  noise: NOISE,
  covariancesWith: (i: number) => Float64Array.from({ length: SIZE }, (_, j) => covariance(i, j)),
}
const prior: JointPosterior = createJointPosterior(PRIOR)
const candidates = Array.from({ length: SIZE }, (_, i) => ({ id: `id${i}`, expression: `f${i}`, prediction: null }))
const ids = candidates.map(({ id }) => id)
const create = (listed = candidates) =>
  createImprovementStrategy({
    candidates: listed,
    expect: conditionOnCompletions(ids, prior, 0.6),
    rest: createRandomStrategy(candidates, 1),
  })
const idsOf = (suggested: readonly { id: string }[]) => suggested.map(({ id }) => id)

test('expected improvement is the mean excess of draws over the best', () => {
  const { normal } = createRandomStream(1)
  for (const [mean, deviation, best] of [
    [0.5, 0.1, 0.6],
    [0.7, 0.2, 0.6],
    [0.2, 0.3, 0.4],
  ]) {
    let sum = 0
    for (let draw = 0; draw < 200_000; draw++) sum += Math.max(0, mean + deviation * normal() - best) / 200_000
    assert.ok(Math.abs(sum - computeExpectedImprovement(mean, deviation, best)) < 1.5e-3)
  }
  assert.equal(computeExpectedImprovement(0.5, 0, 0.25), 0.25)
  assert.equal(computeExpectedImprovement(0.25, 0, 0.5), 0)
})

test('the first suggestion has the greatest expected improvement, and suggest changes no state', () => {
  const strategy = create()
  const [first] = strategy.suggest(1)
  const values = Array.from(prior.means, (mean, i) =>
    computeExpectedImprovement(mean, Math.sqrt(prior.variances[i]), 0.6),
  )
  assert.equal(first.id, `id${values.indexOf(Math.max(...values))}`)
  assert.deepEqual(strategy.suggest(5), strategy.suggest(5))
  assert.deepEqual(strategy.suggest(3), strategy.suggest(5).slice(0, 3))
})

test('every candidate is suggested once, and leased ones are not suggested', () => {
  const strategy = create()
  assert.equal(new Set(idsOf(strategy.suggest(100))).size, SIZE)
  const [first, second] = strategy.suggest(2)
  strategy.update([], [first.id])
  assert.deepEqual(strategy.suggest(1), [second])
  strategy.update([{ id: second.id, validationAccuracy: null }], [])
  assert.ok(!idsOf(strategy.suggest(100)).includes(second.id))
  assert.ok(idsOf(strategy.suggest(100)).includes(first.id))
})

test('a batch spreads: no suggestion is next to the first one', () => {
  const [first, ...others] = idsOf(create().suggest(4)).map((id) => Number(id.slice(2)))
  for (const other of others) assert.ok(Math.abs(other - first) > 1, `${first} and ${other}`)
})

test('a good report attracts suggestions, a bad one repels them', () => {
  const reported = 15
  const near = (metric: number) => {
    const strategy = create()
    strategy.update([{ id: `id${reported}`, validationAccuracy: metric }], [])
    return Math.min(...idsOf(strategy.suggest(2)).map((id) => Math.abs(Number(id.slice(2)) - reported)))
  }
  assert.ok(near(0.95) <= 2)
  assert.ok(near(0) > 2)
})

test('the other strategy suggests if there is no expectation or all candidates are used', () => {
  const rest = createRandomStrategy(candidates, 1)
  const blind = createImprovementStrategy({ candidates, expect: () => null, rest })
  assert.deepEqual(blind.suggest(4), rest.suggest(4))
  const short = createImprovementStrategy({
    ...{ candidates: candidates.slice(0, 3), rest },
    expect: conditionOnCompletions(ids, prior, 0.6),
  })
  assert.equal(new Set(idsOf(short.suggest(100))).size, SIZE)
})

test('a completion that arrives late gives the same posterior as one in order', () => {
  const metrics: [string, number | null][] = [
    ['id3', 0.9],
    ['id10', null],
    ['id11', 0.2],
  ]
  const late = conditionOnCompletions(ids, prior, 0.6)
  late(new Map([metrics[2]]))
  const whole = conditionOnCompletions(ids, prior, 0.6)(new Map(metrics))
  assert.deepEqual(late(new Map(metrics)).posterior.means, whole.posterior.means)
})

test('the incumbent is the best posterior mean, or the measurement of an unknown function', () => {
  const expect = (metrics: [string, number][]) =>
    conditionOnCompletions(ids, createJointPosterior({ ...PRIOR, noise: 0.04 }), 0.6)(new Map(metrics))
  const { posterior, best } = expect([['id3', 0.9]])
  assert.equal(best, posterior.means[3])
  assert.ok(best < 0.8, `${best}`)
  assert.equal(expect([['id3', 0.2]]).best, 0.6)
  assert.equal(expect([['stranger', 0.9]]).best, 0.9)
})
