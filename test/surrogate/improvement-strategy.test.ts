import assert from 'node:assert/strict'
import test from 'node:test'
import { computeExpectedImprovement, createImprovementStrategy } from '../../src/surrogate/improvement-strategy.js'
import { copyJoint, type JointPosterior, tell } from '../../src/surrogate/joint-posterior.js'
import { createRandomGenerator } from '../../src/surrogate/random-generator.js'

const SIZE = 30
const joint: JointPosterior = {
  size: SIZE,
  means: Float64Array.from({ length: SIZE }, (_, i) => 0.5 + 0.2 * Math.sin(i)),
  covariances: Float64Array.from(
    { length: SIZE * SIZE },
    (_, place) =>
      0.04 * Math.exp(-(((place % SIZE) - Math.floor(place / SIZE)) ** 2) / 8) + (place % (SIZE + 1) === 0 ? 1e-9 : 0),
  ),
  noise: 1e-4,
}
const candidates = Array.from({ length: SIZE }, (_, i) => ({ id: `id${i}`, expression: `f${i}`, prediction: null }))
const create = () => createImprovementStrategy({ candidates, joint, best: 0.6 })
const idsOf = (suggested: readonly { id: string }[]) => suggested.map(({ id }) => id)

test('expected improvement is the mean of what draws exceed the best by', () => {
  const { normal } = createRandomGenerator(1)
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
  const values = Array.from(joint.means, (mean, i) =>
    computeExpectedImprovement(mean, Math.sqrt(joint.covariances[i * (SIZE + 1)]), 0.6),
  )
  assert.equal(first.id, `id${values.indexOf(Math.max(...values))}`)
  assert.deepEqual(strategy.suggest(5), strategy.suggest(5))
  assert.deepEqual(strategy.suggest(3), strategy.suggest(5).slice(0, 3))
})

test('nothing is suggested twice, all is in the end, and leases are kept clear of', () => {
  const strategy = create()
  assert.equal(new Set(idsOf(strategy.suggest(100))).size, SIZE)
  const [first, second] = strategy.suggest(2)
  strategy.update([], [first.id])
  assert.deepEqual(strategy.suggest(1), [second])
  strategy.update([{ id: second.id, validationAccuracy: null }], [])
  assert.ok(!idsOf(strategy.suggest(100)).includes(second.id))
  assert.ok(idsOf(strategy.suggest(100)).includes(first.id))
})

test('a batch spreads: no suggestion is beside the first one', () => {
  const [first, ...others] = idsOf(create().suggest(4)).map((id) => Number(id.slice(2)))
  for (const other of others) assert.ok(Math.abs(other - first) > 1, `${first} and ${other}`)
})

test('a good report draws suggestions near, a bad one drives them away', () => {
  const place = 15
  const near = (metric: number) => {
    const strategy = create()
    strategy.update([{ id: `id${place}`, validationAccuracy: metric }], [])
    return Math.min(...idsOf(strategy.suggest(2)).map((id) => Math.abs(Number(id.slice(2)) - place)))
  }
  assert.ok(near(0.95) <= 2)
  assert.ok(near(0) > 2)
})

test('what is told is believed up to the noise, whatever the order', () => {
  const forth = copyJoint(joint)
  const back = copyJoint(joint)
  const told: [number, number][] = [
    [3, 0.9],
    [10, 0.1],
    [11, 0.2],
  ]
  for (const [place, value] of told) tell(forth, place, value)
  for (const [place, value] of told.toReversed()) tell(back, place, value)
  for (const [place, value] of told) assert.ok(Math.abs(forth.means[place] - value) < 0.01)
  forth.means.forEach((mean, i) => {
    assert.ok(Math.abs(mean - back.means[i]) < 1e-10)
    assert.ok(Math.abs(forth.covariances[i * (SIZE + 1)] - back.covariances[i * (SIZE + 1)]) < 1e-10)
    assert.ok(forth.covariances[i * (SIZE + 1)] <= joint.covariances[i * (SIZE + 1)] + 1e-12)
  })
})
