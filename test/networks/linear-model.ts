import type { ImageSplit } from '../../src/networks/tasks/image-task.js'

/** Accuracy on `test` of a softmax regression on pixels, trained by plain gradient descent. */
export function accuracyOfLinearModel(train: ImageSplit, test: ImageSplit, classes: number): number {
  const [height, width, channels] = train.shape
  const size = height * width * channels
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

/** Intensities of one picture. */
export function pictureOf(split: ImageSplit, i: number): Float32Array {
  return split.read([i])
}
