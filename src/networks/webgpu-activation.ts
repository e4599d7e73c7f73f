import { type KernelFunc, registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import { ACTIVATION_VALUE, ACTIVATION_VALUE_AND_DERIVATIVE, type LayerActivation } from './activation-op.js'
import { WGSL_FUNCTIONS } from './wgsl-functions.js'
import { generateWgsl } from './wgsl-source.js'

/** The part of the backend's interface for programs of one's own that is used here. */
interface WebgpuBackend {
  runWebGPUProgram(program: object, inputs: TensorInfo[], dtype: 'float32'): TensorInfo
}

interface ActivationCall {
  inputs: { x: TensorInfo }
  attrs: { activation: LayerActivation }
  backend: WebgpuBackend
}

const WORKGROUP_SIZE = 128

/**
 * Registers activations as one shader each, generated from the same formulas as the loops of the other backends: data on a
 * graphics card cannot be waited for in the middle of a forward pass.
 */
export function registerWebgpuActivations(): void {
  const value = ({ inputs: { x }, attrs: { activation }, backend }: ActivationCall) =>
    backend.runWebGPUProgram(createProgram(activation, 'value', x.shape), [x], 'float32')
  const both = ({ inputs: { x }, attrs: { activation }, backend }: ActivationCall) =>
    (['value', 'derivative'] as const).map((wanted) =>
      backend.runWebGPUProgram(createProgram(activation, wanted, x.shape), [x], 'float32'),
    )
  register(ACTIVATION_VALUE, value)
  register(ACTIVATION_VALUE_AND_DERIVATIVE, both)
}

function register(kernelName: string, kernel: (call: ActivationCall) => TensorInfo | TensorInfo[]): void {
  registerKernel({ kernelName, backendName: 'webgpu', kernelFunc: kernel as unknown as KernelFunc })
}

/** A program as the backend takes it: it adds how `A` is read by index, and caches what it compiled by `shaderKey`. */
function createProgram(activation: LayerActivation, wanted: 'value' | 'derivative', outputShape: number[]): object {
  const code = generateCode(activation, wanted)
  const size = outputShape.reduce((product, side) => product * side, 1)
  return {
    variableNames: ['A'],
    outputShape,
    shaderKey: `actbench ${code}`,
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    size: true,
    getUserCode: () => `${WGSL_FUNCTIONS}
fn act_compute(x : f32) -> f32 {
${code}
}
fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, act_compute(getAByOutputIndex(index))); }
}`,
  }
}

function generateCode(
  { expression, mean, standardDeviation }: LayerActivation,
  wanted: 'value' | 'derivative',
): string {
  const { statements, value, derivative } = generateWgsl(expression)
  const result =
    wanted === 'derivative'
      ? `select(${derivative}, ${value}, act_isNaN(${value})) / f32(${standardDeviation})`
      : `(${value} - f32(${mean})) / f32(${standardDeviation})`
  return `${statements}\nreturn ${result};`
}
