import { engine, type TensorInfo } from '@tensorflow/tfjs-core'
import { boundsOf, DROPOUT_MASK, type DropoutMask, WGSL_DROPOUT_HASH } from '../../layers/dropout.js'
import { bufferOf, type CardBackend, type CardBuffer } from './card-backend.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend } from './program.js'

const CODE = `${WGSL_DROPOUT_HASH}
fn main(index : i32) {
  if (index < uniforms.size) {
    let isLeftOut = dropout_hash(u32(index), bitcast<u32>(seeds[0])) < uniforms.threshold;
    setOutputAtIndex(index, select(uniforms.scale, 0.0, isLeftOut));
  }
}`

/** A mask that was computed: its seed, and the buffer from which the shader read it. */
export interface Mask {
  seed: number
  buffer: CardBuffer
}

let watched: Mask[] | null = null

/** The masks that are computed while a function runs, in order. */
export function watchMasks(run: () => void): Mask[] {
  const masks: Mask[] = []
  watched = masks
  try {
    run()
  } finally {
    watched = null
  }
  return masks
}

/**
 * Registers the masks of dropout as a shader. The seed is in a buffer of its own, so the shader is compiled only once, and a
 * replay can write another seed.
 */
export function registerWebgpuDropout(): void {
  registerWebgpuKernel(DROPOUT_MASK, ({ attrs, backend }: { attrs: DropoutMask; backend: WebgpuBackend }) => {
    const { threshold, scale } = boundsOf(attrs)
    const uniforms = 'threshold : u32, scale : f32,'
    const program = createElementProgram(
      { shaderKey: 'actbench dropout', variableNames: ['seeds'], outputShape: attrs.shape, uniforms },
      CODE,
    )
    const seeds = makeSeeds(attrs.seed)
    const mask = backend.runWebGPUProgram(program, [seeds], 'float32', [
      { type: 'uint32', data: [threshold] },
      { type: 'float32', data: [scale] },
    ])
    watched?.push({ seed: attrs.seed, buffer: bufferOf(backend as unknown as CardBackend, seeds.dataId) })
    backend.disposeData(seeds.dataId)
    return mask
  })
}

/** A tensor of the 32 bits of a seed. */
function makeSeeds(seed: number): TensorInfo {
  const { backend } = engine()
  return { dataId: backend.write(Int32Array.of(seed), [1], 'int32'), shape: [1], dtype: 'int32' }
}
