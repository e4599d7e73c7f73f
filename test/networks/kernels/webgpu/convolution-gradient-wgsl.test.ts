import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inputGradientCode } from '../../../../src/networks/kernels/webgpu/conv2d-gradient-wgsl.js'
import {
  type DepthwiseVariant,
  depthwiseFilterCode,
  depthwiseInputCode,
} from '../../../../src/networks/kernels/webgpu/depthwise-gradient-wgsl.js'

const PLAIN: DepthwiseVariant = { strides: [1, 1], isDilated: false, isVec4: true }
/** Shared memory of a workgroup that every device of WebGPU has, in bytes. */
const LEAST_SHARED_MEMORY = 16_384

describe('The shaders of depthwise gradients', () => {
  it('have a sum in registers for each tap, and fit into the shared memory of every device', () => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 3],
      [1, 11],
    ]) {
      for (const isVec4 of [true, false]) {
        const code = depthwiseFilterCode({ ...PLAIN, isVec4 }, rows, columns)
        const sums = code.match(/var sum\d+ = /g) ?? []
        assert.equal(sums.length, rows * columns)
        assert.ok(sharedBytesOf(code) <= LEAST_SHARED_MEMORY, `${sharedBytesOf(code)} bytes`)
      }
    }
  })

  it('wait for all threads only where all of them pass', () => {
    const code = depthwiseFilterCode(PLAIN, 3, 3)
    // Two for each three of the nine taps, all outside of the branches, which are indented further.
    assert.equal(code.match(/^ {2}workgroupBarrier\(\);$/gm)?.length, 6)
    assert.equal(code.match(/workgroupBarrier/g)?.length, 6)
  })

  it('visit only the taps that hit, unless they are dilated', () => {
    const code = depthwiseInputCode({ ...PLAIN, strides: [2, 3] })
    assert.match(code, /for \(var tapY = fromY % 2; tapY < uniforms\.kernelSize\.x; tapY \+= 2\)/)
    assert.match(code, /for \(var tapX = fromX % 3; tapX < uniforms\.kernelSize\.y; tapX \+= 3\)/)
    assert.match(depthwiseInputCode({ ...PLAIN, isDilated: true }), /for \(var tapY = 0; .* tapY\+\+\)/)
  })
})

describe('The shader of the input gradient of a convolution', () => {
  it('walks over the taps of one phase of the strides', () => {
    const code = inputGradientCode({ strides: [2, 2], isFirstVec4: true, isSecondVec4: true })
    assert.match(code, /let phase = vec2<i32>\(\(i32\(workgroupId\.z\) % 4\) \/ 2, i32\(workgroupId\.z\) % 2\);/)
    assert.match(code, /let terms = workgroupUniformLoad\(&termsOfPhase\);/)
    assert.ok(sharedBytesOf(code) <= LEAST_SHARED_MEMORY)
  })

  it('needs no phase without strides', () => {
    const code = inputGradientCode({ strides: [1, 1], isFirstVec4: true, isSecondVec4: true })
    assert.match(code, /let terms = uniforms\.terms;/)
    assert.doesNotMatch(code, /termsOfPhase/)
  })
})

/** Bytes of the arrays that the threads of a workgroup share. */
function sharedBytesOf(code: string): number {
  const arrays = code.matchAll(/var<workgroup> \w+ : array<(f32|vec4<f32>), (\d+)>/g)
  return Array.from(arrays, ([, type, length]) => (type === 'f32' ? 4 : 16) * Number(length)).reduce((a, b) => a + b, 0)
}
