import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { computeIntervalFactor } from '../../../src/surrogate/cross-validation/interval-curve.js'
import { fitLeftOutIntervals } from '../../../src/surrogate/gaussian-process/fitted-process.js'
import type { KernelCoordinates } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { conditionOn, predictAt } from '../../../src/surrogate/gaussian-process/gaussian-posterior.js'
import { createImprovementScreen } from '../../../src/surrogate/strategies/improvement-screen.js'
import { computeExpectedImprovement } from '../../../src/surrogate/strategies/improvement-strategy.js'

const SIZE = 200
const OTHERS = 400
const random = createRandomStream(3)
const draw = (rows: number) => ({
  values: Float64Array.from({ length: rows * 3 }, () => random.uniform() * 4),
  width: 3,
})
const outputs = draw(SIZE)
const coordinates: KernelCoordinates = { outputs, spectra: null, isolation: null }
const others: KernelCoordinates = { outputs: draw(OTHERS), spectra: null, isolation: null }
const rows = Int32Array.from({ length: SIZE }, (_, row) => row)
const targets = Float64Array.from(rows, (row) => 0.5 + 0.3 * Math.sin(outputs.values[3 * row]) * random.uniform())
const best = Math.max(...targets) - 0.1
/** This test uses no projections. */
const UNUSED = { columns: 0, width: 0, form: 'PLAIN', directions: new Float32Array(0) } as const

for (const mostInducing of [SIZE, 60]) {
  test(`the screen by ${mostInducing} functions gives the predicted improvement, or null if it is below the limit`, async () => {
    const posterior = await conditionOn(coordinates, rows, targets, [0, 0.3, Math.log(0.01)], { mostInducing })
    const intervals = fitLeftOutIntervals(posterior, targets)
    assert.ok(intervals.factors.length > 1)
    const projections = { outputProjection: UNUSED, spectrumProjection: null, landmarks: null }
    const process = { posterior, coordinates, intervals, ...projections }
    const screen = await createImprovementScreen(process, best)
    const exact = Array.from({ length: OTHERS }, (_, row) => {
      const { mean, deviation } = predictAt(posterior, coordinates, others, row)
      const clipped = Math.min(1, Math.max(0, mean))
      return computeExpectedImprovement(clipped, deviation * computeIntervalFactor(intervals, clipped), best)
    })
    const least = exact.toSorted((a, b) => b - a)[20]
    let passed = 0
    for (const [row, improvement] of exact.entries()) {
      const whole = screen.improvementAt(others, row, 0)
      assert.ok(Math.abs((whole ?? Number.NaN) - improvement) < 1e-6, `${whole} for ${improvement}`)
      const screened = screen.improvementAt(others, row, least)
      if (screened === null) assert.ok(improvement < least + 1e-6, `${improvement} was left out`)
      else {
        passed++
        assert.equal(screened, whole)
      }
    }
    assert.ok(passed >= 20 && passed <= 22, `${passed}`)
  })
}
