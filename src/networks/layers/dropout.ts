import { engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'
import type { Random } from '../../numeric/random.js'

/** Everything that a mask depends on. */
export interface DropoutMask {
  shape: number[]
  /** Share of elements that is dropped, 0 ≤ rate < 1. */
  rate: number
  /** A 32-bit number. */
  seed: number
}

/** Name of the kernel that each backend has for a mask: see `registerKernels`. */
export const DROPOUT_MASK = 'ActbenchDropoutMask'

/**
 * The factors of dropout: 0 for the share `rate` of the elements, 1 / (1 - rate) for the others. One number of the random
 * stream seeds the mask, and each factor depends only on that seed and the element's index. So every backend can compute
 * the same mask by itself: All-CNN-C needs five million factors for a batch of 128, and a graphics card would wait if the
 * host drew them one after another.
 */
export function drawDropoutMask(shape: number[], rate: number, random: Random): Tensor {
  const mask: DropoutMask = { shape, rate, seed: drawSeed(random) }
  return engine().runKernel(DROPOUT_MASK, {}, mask as unknown as NamedAttrMap) as Tensor
}

/** The seed of the next mask of a random stream. */
export function drawSeed(random: Random): number {
  return random.integer(2 ** 32)
}

/**
 * Writes the mask into `values` on the host. It uses a table instead of a branch, which the processor would predict wrongly
 * for every second element; this halves the time of the loop.
 */
export function computeDropoutMask(mask: DropoutMask, values: Float32Array): void {
  const { seed } = mask
  const { threshold, scale } = boundsOf(mask)
  const factors = Float32Array.of(scale, 0)
  for (let i = 0; i < values.length; i++) {
    const hash = mix(mix(i) ^ seed) >>> 1
    values[i] = factors[(hash - threshold) >>> 31]
  }
}

/** Elements whose 31-bit hash is below the threshold are dropped; the others are multiplied by `scale`. */
export function boundsOf({ rate }: DropoutMask): { threshold: number; scale: number } {
  return { threshold: Math.round(rate * 2 ** 31), scale: Math.fround(1 / (1 - rate)) }
}

/**
 * lowbias32 of Wellons' hash prospector: a bijection of 32 bits in which each input bit flips each output bit with a
 * probability near one half. It is applied to the index before the seed is added and again afterwards. With a single pass,
 * the mask of one seed would be a shifted or block-permuted copy of another seed's mask.
 */
function mix(bits: number): number {
  let x = bits
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** The same hash of 31 bits for shaders, as `dropout_hash(index, seed)`. */
export const WGSL_DROPOUT_HASH = `
fn dropout_mix(bits : u32) -> u32 {
  var x = bits;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}
fn dropout_hash(index : u32, seed : u32) -> u32 {
  return dropout_mix(dropout_mix(index) ^ seed) >> 1u;
}`
