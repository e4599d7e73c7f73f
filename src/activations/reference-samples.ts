import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../root.js'

/**
 * The 1,000 inputs that distinguish activations: standard normal numbers from NumPy's legacy generator with seed 0,
 * clipped to [-5, 5] and rounded to float32. They ship in `seed/reference-samples.bin`, little-endian.
 */
export const REFERENCE_SAMPLES: Float32Array = readSamples()

function readSamples(): Float32Array {
  const bytes = readFileSync(join(PROJECT_ROOT, 'seed/reference-samples.bin'))
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}
