/**
 * CPU seconds of the Fisher spectrum of one function on each Mini network, in two parts: the capture of the layers' inputs
 * and gradients, and the computation. Also CPU seconds of the eigenvalues of single matrices. Medians of five runs after
 * one warm-up run.
 *
 *   node build/bench/training/fisher.js
 */
import { computeFisherSpectrum } from '../../src/features/fisher-spectrum.js'
import { computeKroneckerFactors } from '../../src/features/kronecker-factors.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'
import { captureInitialLayers } from '../../src/networks/training/capture-layers.js'
import type { LayerCapture } from '../../src/networks/training/layer-capture.js'
import { createRandom } from '../../src/numeric/random.js'
import { computeSymmetricEigenvalues } from '../../src/numeric/symmetric-eigenvalues.js'
import { median } from '../measurement.js'

const backend = await openBackend('wasm')
console.log('| network | a function | capture | factors | eigenvalues, histogram | layers |')
console.log('| --- | ---: | ---: | ---: | ---: | --- |')
for (const { name, fisher } of TRAINABLE_DATASETS.values()) {
  if (!name.startsWith('mini-')) continue
  const layers = await captureInitialLayers(name, 'swish(x)')
  const capture = await measureCpuSeconds(() => captureInitialLayers(name, 'swish(x)'))
  const whole = await measureCpuSeconds(() => computeFisherSpectrum(layers, fisher.edges))
  const factors = await measureCpuSeconds(() => layers.map((layer) => computeKroneckerFactors(layer)))
  const seconds = [capture + whole, capture, factors, whole - factors].map((value) => value.toFixed(3))
  console.log(`| ${name} | ${seconds.join(' | ')} | ${describeKinds(layers)} |`)
}
backend.close()

const random = createRandom('bench', 'fisher')
console.log('\n| eigenvalues of | |\n| --- | ---: |')
for (const size of [145, 289, 577, 1153]) {
  const matrix = Float64Array.from({ length: size * size }, () => random.normal())
  const seconds = await measureCpuSeconds(() => computeSymmetricEigenvalues(matrix, size))
  console.log(`| ${size} × ${size} | ${seconds.toFixed(3)} |`)
}

/** Such as `3 conv2d, 1 dense`. */
function describeKinds(layers: readonly LayerCapture[]): string {
  const kinds = [...new Set(layers.map(({ kind }) => kind))]
  return kinds.map((kind) => `${layers.filter((layer) => layer.kind === kind).length} ${kind}`).join(', ')
}

async function measureCpuSeconds(work: () => unknown): Promise<number> {
  await work()
  const samples: number[] = []
  for (let i = 0; i < 5; i++) {
    const start = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(start)
    samples.push((user + system) / 1e6)
  }
  return median(samples)
}
