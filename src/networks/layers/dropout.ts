import { engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'
import type { Random } from '../../numeric/random.js'

/** A mask and all that it depends on. */
export interface DropoutMask {
  shape: number[]
  /** Share that is left out, 0 ≤ rate < 1. */
  rate: number
  /** 32 bits. */
  seed: number
}

/** Name of the kernel that each backend has for a mask: see `registerKernels`. */
export const DROPOUT_MASK = 'ActbenchDropoutMask'

/**
 * What dropout multiplies by: 0 for the share `rate` of the elements, 1 / (1 - rate) for the others. One number of the
 * stream seeds the mask, and an element's place in it follows from the seed and the element's index alone. So every
 * backend computes the same mask where it needs it: All-CNN-C takes five million elements for a batch of 128, which a
 * graphics card would wait for if the host drew them one after another.
 */
export function drawDropoutMask(shape: number[], rate: number, random: Random): Tensor {
  const mask: DropoutMask = { shape, rate, seed: random.integer(2 ** 32) }
  return engine().runKernel(DROPOUT_MASK, {}, mask as unknown as NamedAttrMap) as Tensor
}

/**
 * The mask on the host, into `values`. A table in the place of a branch, which the processor would guess wrong for every
 * second element: the loop takes half the time.
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

/** Hashes of 31 bits below the threshold are left out; the others count for `scale`. */
export function boundsOf({ rate }: DropoutMask): { threshold: number; scale: number } {
  return { threshold: Math.round(rate * 2 ** 31), scale: Math.fround(1 / (1 - rate)) }
}

/**
 * lowbias32 of Wellons' hash prospector: a bijection of 32 bits in which each bit of the input turns each bit of the output
 * about half of the time. It is applied to the index before the seed comes in and once more after it: with a single pass,
 * the mask of one seed would be that of another, only shifted or with its blocks exchanged.
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
