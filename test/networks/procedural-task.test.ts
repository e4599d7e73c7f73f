import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createProceduralTask, type LabelledImages } from '../../src/networks/procedural-task.js'
import { getTrainableDataset } from '../../src/networks/trainable-datasets.js'

const OPTIONS = {
  ...getTrainableDataset('mini-cnn').task.options,
  trainCount: 2000,
  validationCount: 500,
  testCount: 500,
}
const task = createProceduralTask(OPTIONS)

describe('The procedural task', () => {
  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(createProceduralTask(OPTIONS), task)
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

  it('is nothing for a linear model', () => {
    const accuracy = accuracyOfLinearModel(task.train, task.validation, task.classes)
    assert.ok(accuracy < 0.35, `a linear model is right for ${accuracy}`)
  })

  it('has no class that is another one with the sign turned', () => {
    // The negative of a class's mean picture, rotation averaged out, is far from every class's mean picture.
    const means = Array.from({ length: task.classes }, (_, label) => radialMean(task.train, label))
    for (const mean of means) {
      assert.ok(mean[0] > -0.2 || mean[3] > -0.2, 'a class is darker than the background')
      for (const other of means)
        assert.ok(
          correlation(
            mean.map((v) => -v),
            other,
          ) < 0.9,
        )
    }
  })
})

function pictureOf(split: LabelledImages, i: number): Float32Array {
  const size = split.images.length / split.count
  return split.images.subarray(i * size, (i + 1) * size)
}

/** Mean intensity of a class in four rings around the centre. */
function radialMean(split: LabelledImages, label: number): number[] {
  const [height, width] = split.shape
  const sums = [0, 0, 0, 0]
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < split.count; i++) {
    if (split.labels[i] !== label) continue
    pictureOf(split, i).forEach((value, position) => {
      const y = Math.floor(position / width) - (height - 1) / 2
      const x = (position % width) - (width - 1) / 2
      const ring = Math.min(3, Math.floor((Math.hypot(x, y) / (width / 2)) * 4))
      sums[ring] += value
      counts[ring]++
    })
  }
  return sums.map((sum, ring) => sum / counts[ring])
}

function correlation(a: number[], b: number[]): number {
  const centred = (values: number[]) => values.map((v) => v - values.reduce((sum, w) => sum + w, 0) / values.length)
  const [x, y] = [centred(a), centred(b)]
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}

/** Softmax regression by plain gradient descent. */
function accuracyOfLinearModel(train: LabelledImages, test: LabelledImages, classes: number): number {
  const size = train.images.length / train.count
  const weights = Array.from({ length: classes }, () => new Float64Array(size + 1))
  const logitsOf = (picture: Float32Array) =>
    weights.map((row) => picture.reduce((sum, value, j) => sum + value * row[j], row[size]))
  for (let epoch = 0; epoch < 8; epoch++) {
    for (let i = 0; i < train.count; i++) {
      const picture = pictureOf(train, i)
      const logits = logitsOf(picture)
      const most = Math.max(...logits)
      const exponentials = logits.map((logit) => Math.exp(logit - most))
      const total = exponentials.reduce((sum, value) => sum + value, 0)
      for (const [label, row] of weights.entries()) {
        const step = (0.003 / (1 + epoch)) * (exponentials[label] / total - (label === train.labels[i] ? 1 : 0))
        for (let j = 0; j < size; j++) row[j] -= step * picture[j]
        row[size] -= step
      }
    }
  }
  let right = 0
  for (let i = 0; i < test.count; i++) {
    const logits = logitsOf(pictureOf(test, i))
    if (logits.indexOf(Math.max(...logits)) === test.labels[i]) right++
  }
  return right / test.count
}
