import { boundsOf, DROPOUT_MASK, type DropoutMask, WGSL_DROPOUT_HASH } from '../../layers/dropout.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend } from './program.js'

const CODE = `${WGSL_DROPOUT_HASH}
fn main(index : i32) {
  if (index < uniforms.size) {
    let isLeftOut = dropout_hash(u32(index), uniforms.seed) < uniforms.threshold;
    setOutputAtIndex(index, select(uniforms.scale, 0.0, isLeftOut));
  }
}`

/** Registers the masks of dropout as a shader. The seed is a uniform, so the shader is compiled only once. */
export function registerWebgpuDropout(): void {
  registerWebgpuKernel(DROPOUT_MASK, ({ attrs, backend }: { attrs: DropoutMask; backend: WebgpuBackend }) => {
    const { threshold, scale } = boundsOf(attrs)
    const uniforms = 'seed : u32, threshold : u32, scale : f32,'
    const program = createElementProgram(
      { shaderKey: 'actbench dropout', variableNames: [], outputShape: attrs.shape, uniforms },
      CODE,
    )
    return backend.runWebGPUProgram(program, [], 'float32', [
      { type: 'uint32', data: [attrs.seed] },
      { type: 'uint32', data: [threshold] },
      { type: 'float32', data: [scale] },
    ])
  })
}
