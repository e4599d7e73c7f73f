import { ActbenchError } from '../../errors.js'
import type { OpenedBackend } from '../backends/opened-backend.js'
import type { TrainableDataset } from '../recipes/trainable-dataset.js'

/** The heap of wasm has 32-bit addresses. An allocation beyond it ends every later training of the process too. */
const WASM_BYTES = 2 ** 32
const BYTES_OF_NUMBER = 4

/**
 * Why a backend cannot train a dataset at all, or null. A training step keeps the results of all layers for a whole batch. A
 * smaller step can still need too much, because gradients and copies come on top.
 */
export function findMemoryProblem(
  { network, recipe }: Pick<TrainableDataset, 'network' | 'recipe'>,
  backend: OpenedBackend['name'],
): string | null {
  const bytes = network.size.values * recipe.batchSize * BYTES_OF_NUMBER
  if (backend !== 'tfjs-wasm' || bytes <= WASM_BYTES) return null
  const inGigabytes = (count: number) => (count / 2 ** 30).toFixed(1)
  return `a step needs at least ${inGigabytes(bytes)} GiB of memory for ${recipe.batchSize} inputs; expected at most ${inGigabytes(WASM_BYTES)} GiB on wasm; use another backend: docs/operations.md, "To use a graphics card or native TensorFlow"`
}

/** Throws CONFLICT if a backend cannot train a dataset. */
export function requireMemory(dataset: TrainableDataset, backend: OpenedBackend['name']): void {
  const problem = findMemoryProblem(dataset, backend)
  if (problem !== null) throw new ActbenchError('CONFLICT', `${dataset.name}: ${problem}`)
}
