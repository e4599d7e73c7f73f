import type { TensorInfo } from '@tensorflow/tfjs-core'
import { ACTIVATION_VALUE, ACTIVATION_VALUE_AND_DERIVATIVE, type LayerActivation } from '../../layers/activation-op.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend, type WebgpuProgram } from './program.js'
import { WGSL_FUNCTIONS } from './wgsl-functions.js'
import { generateWgsl } from './wgsl-source.js'

interface ActivationCall {
  inputs: { x: TensorInfo }
  attrs: { activation: LayerActivation }
  backend: WebgpuBackend
}

/**
 * Registers activations as one shader each, generated from the formulas that the other backends use for their loops. They
 * must run on the card, because a forward pass cannot wait for data to come back to the host.
 */
export function registerWebgpuActivations(): void {
  const value = ({ inputs: { x }, attrs: { activation }, backend }: ActivationCall) =>
    backend.runWebGPUProgram(createProgram(activation, 'value', x.shape), [x], 'float32')
  const both = ({ inputs: { x }, attrs: { activation }, backend }: ActivationCall) =>
    (['value', 'derivative'] as const).map((wanted) =>
      backend.runWebGPUProgram(createProgram(activation, wanted, x.shape), [x], 'float32'),
    )
  registerWebgpuKernel(ACTIVATION_VALUE, value)
  registerWebgpuKernel(ACTIVATION_VALUE_AND_DERIVATIVE, both)
}

function createProgram(
  activation: LayerActivation,
  wanted: 'value' | 'derivative',
  outputShape: number[],
): WebgpuProgram {
  const code = generateCode(activation, wanted)
  return createElementProgram(
    { shaderKey: `actbench ${code}`, variableNames: ['A'], outputShape },
    `${WGSL_FUNCTIONS}
fn act_compute(x : f32) -> f32 {
${code}
}
fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, act_compute(getAByOutputIndex(index))); }
}`,
  )
}

function generateCode(
  { expression, forms, mean, standardDeviation }: LayerActivation,
  wanted: 'value' | 'derivative',
): string {
  const { statements, value, derivative } = generateWgsl(expression, forms)
  const result =
    wanted === 'derivative'
      ? `select(${derivative}, ${value}, act_isNaN(${value})) / f32(${standardDeviation})`
      : `(${value} - f32(${mean})) / f32(${standardDeviation})`
  return `${statements}\nreturn ${result};`
}
