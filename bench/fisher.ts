/**
 * CPU seconds of the Fisher spectra of the Mini networks, a function: capturing inputs and gradients of the layers, and
 * what is computed of them; and of the eigenvalues of matrices alone. Medians of five after one to warm up.
 *
 *   node build/bench/fisher.js
 */
import { computeFisherSpectrum } from '../src/features/fisher-spectrum.js'
import { computeKroneckerFactors } from '../src/features/kronecker-factors.js'
import { computeSymmetricEigenvalues } from '../src/features/symmetric-eigenvalues.js'
import { openBackend } from '../src/networks/backend.js'
import { captureInitialLayers } from '../src/networks/capture-layers.js'
import { createRandom } from '../src/networks/random.js'
import { TRAINABLE_DATASETS } from '../src/networks/trainable-datasets.js'
import { median } from './measurement.js'

const backend = await openBackend('wasm')
for (const { name, fisher } of TRAINABLE_DATASETS.values()) {
  if (!name.startsWith('mini-')) continue
  const layers = await captureInitialLayers(name, 'swish(x)')
  const capture = await measureCpuSeconds(() => captureInitialLayers(name, 'swish(x)'))
  const whole = await measureCpuSeconds(() => computeFisherSpectrum(layers, fisher.edges))
  const factors = await measureCpuSeconds(() => layers.map((layer) => computeKroneckerFactors(layer)))
  const parts = `capture ${capture.toFixed(3)}, factors ${factors.toFixed(3)}, the rest ${(whole - factors).toFixed(3)}`
  const kinds = [...new Set(layers.map(({ kind }) => kind))].join(', ')
  console.log(`${name}: ${(capture + whole).toFixed(3)} s a function (${parts}); ${layers.length} layers: ${kinds}`)
}
backend.close()

const random = createRandom('bench', 'fisher')
for (const size of [145, 289, 577, 1153]) {
  const matrix = Float64Array.from({ length: size * size }, () => random.normal())
  const seconds = await measureCpuSeconds(() => computeSymmetricEigenvalues(matrix, size))
  console.log(`eigenvalues of ${size} x ${size}: ${seconds.toFixed(3)} s`)
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
