import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINI_TASK } from '../../../src/networks/recipes/mini-benchmark.js'
import { SHAPES, type Shape } from '../../../src/networks/tasks/procedural-shapes.js'
import { createProceduralTask } from '../../../src/networks/tasks/procedural-task.js'
import { accuracyOfLinearModel, pictureOf } from '../linear-model.js'

const OPTIONS = {
  ...MINI_TASK,
  trainCount: 2000,
  validationCount: 500,
  testCount: 500,
}
const task = createProceduralTask(OPTIONS)

describe('The procedural task', () => {
  it('is the same for the same seed, and different for another', () => {
    const again = createProceduralTask(OPTIONS)
    for (const split of ['train', 'validation', 'test'] as const) {
      assert.deepEqual(again[split].images, task[split].images)
      assert.deepEqual(again[split].labels, task[split].labels)
    }
    assert.notDeepEqual(createProceduralTask({ ...OPTIONS, seed: OPTIONS.seed + 1 }).train.images, task.train.images)
  })

  it('has every class equally often in every split', () => {
    for (const { labels, count } of [task.train, task.validation, task.test]) {
      const counts = new Array(task.classes).fill(0)
      for (const label of labels) counts[label]++
      assert.deepEqual(counts, new Array(task.classes).fill(count / task.classes))
    }
  })

  it('shares no picture between splits', () => {
    const keys = [task.train, task.validation, task.test].flatMap((split) =>
      Array.from({ length: split.count }, (_, i) => pictureOf(split, i).join()),
    )
    assert.equal(new Set(keys).size, keys.length)
  })

  it('is standardised by its training pictures', () => {
    const { images } = task.train
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length
    const variance = images.reduce((sum, value) => sum + (value - mean) ** 2, 0) / images.length
    assert.ok(Math.abs(mean) < 1e-3 && Math.abs(variance - 1) < 1e-3)
  })

  it('is too hard for a linear model', () => {
    const accuracy = accuracyOfLinearModel(task.train, task.validation, task.classes)
    assert.ok(accuracy < 0.35, `a linear model is right for ${accuracy}`)
  })

  it('has no class that is the negative of another', () => {
    for (const shape of SHAPES) {
      const negative = coverageOf(shape, 0).map((covered) => -covered)
      for (const other of SHAPES) {
        for (let degrees = 0; degrees < 360; degrees += 15) {
          const similarity = correlation(negative, coverageOf(other, degrees))
          assert.ok(similarity < 0.5, `${shape.name} turned in sign is ${other.name} at ${degrees} degrees`)
        }
      }
    }
  })

  it('has no class that is a rotation of another', () => {
    for (const [i, shape] of SHAPES.entries()) {
      for (const other of SHAPES.slice(i + 1)) {
        for (let degrees = 0; degrees < 360; degrees += 15) {
          const similarity = correlation(coverageOf(shape, 0), coverageOf(other, degrees))
          assert.ok(similarity < 0.95, `${shape.name} is ${other.name} at ${degrees} degrees: ${similarity}`)
        }
      }
    }
  })
})

/** 1 inside a turned shape, 0 outside, on a square grid. */
function coverageOf(shape: Shape, degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180
  return Array.from({ length: 40 * 40 }, (_, i) => {
    const x = ((i % 40) - 19.5) / 16
    const y = (Math.floor(i / 40) - 19.5) / 16
    const turnedX = Math.cos(angle) * x - Math.sin(angle) * y
    return shape.distance(turnedX, Math.sin(angle) * x + Math.cos(angle) * y) < 0 ? 1 : 0
  })
}

function correlation(a: number[], b: number[]): number {
  const [x, y] = [centred(a), centred(b)]
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}

function centred(values: number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
