import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../root.js'

/**
 * The 1,000 inputs at which activations are told apart: standard normal numbers (NumPy's legacy generator, seed 0),
 * clipped to [-5, 5], rounded to float32. Shipped as data in `seed/reference-samples.bin`, little-endian.
 */
export const REFERENCE_SAMPLES: Float32Array = readSamples()

function readSamples(): Float32Array {
  const bytes = readFileSync(join(PROJECT_ROOT, 'seed/reference-samples.bin'))
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}
