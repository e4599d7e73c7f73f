// CPU seconds of the Fisher spectrum: node scripts/build.mjs && node build/bench/fisher.js
import { computeFisherSpectrum } from '../src/features/fisher-spectrum.js'
import { computeKroneckerFactors } from '../src/features/kronecker-factors.js'
import { computeSymmetricEigenvalues } from '../src/features/symmetric-eigenvalues.js'
import type { LayerCapture } from '../src/networks/layer-capture.js'
import { createRandom } from '../src/networks/random.js'

const random = createRandom('bench', 'fisher')

/** Three 3 x 3 convolutions of width 16-32-32 and a dense head; strides as given, 16 x 16 x 3 images. */
function createLayers(batch: number, strides: readonly number[]): LayerCapture[] {
  const widths = [3, 16, 32, 32]
  const layers: LayerCapture[] = []
  let size = 16
  for (let i = 0; i < 3; i++) {
    const output = Math.ceil(size / strides[i])
    layers.push({
      name: `conv${i + 1}`,
      kind: 'conv2d',
      weights: 9 * widths[i] * widths[i + 1] + widths[i + 1],
      bias: true,
      kernelSize: [3, 3],
      strides: [strides[i], strides[i]],
      padding: 'same',
      ...createTensors([batch, size, size, widths[i]], [batch, output, output, widths[i + 1]]),
    })
    size = output
  }
  layers.push({ name: 'head', kind: 'dense', weights: 330, bias: true, ...createTensors([batch, 32], [batch, 10]) })
  return layers
}

function createTensors(inputShape: number[], outputGradientShape: number[]) {
  const fill = (shape: number[], scale: number) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * scale)
  return {
    inputShape,
    input: fill(inputShape, 1),
    outputGradientShape,
    outputGradient: fill(outputGradientShape, 1e-4),
  }
}

function measureCpuSeconds(work: () => void): number {
  work()
  const samples = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  })
  return samples.sort((a, b) => a - b)[2]
}

function createSymmetric(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, () => random.normal())
}

console.log('median CPU seconds of five')
for (const [name, strides] of [
  ['strides 2-1-2', [2, 1, 2]],
  ['strides 1-1-1', [1, 1, 1]],
] as const) {
  for (const batch of [64, 128, 256]) {
    const layers = createLayers(batch, strides)
    const whole = measureCpuSeconds(() => computeFisherSpectrum(layers, 101))
    const factors = measureCpuSeconds(() => {
      for (const layer of layers) computeKroneckerFactors(layer)
    })
    console.log(`${name}, batch ${batch}: spectrum ${whole.toFixed(3)}, of which factors ${factors.toFixed(3)}`)
  }
}
for (const size of [145, 289, 577, 1153]) {
  const matrix = createSymmetric(size)
  const seconds = measureCpuSeconds(() => computeSymmetricEigenvalues(matrix, size))
  console.log(`eigenvalues of ${size} x ${size}: ${seconds.toFixed(3)}`)
}
