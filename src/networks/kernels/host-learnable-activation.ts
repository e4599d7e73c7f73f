import { type KernelFunc, registerKernel, type Tensor, type TensorInfo, tensor } from '@tensorflow/tfjs-core'
import {
  computeLearnableDerivatives,
  computeLearnableGradient,
  computeLearnableValues,
  LEARNABLE_GRADIENT,
  LEARNABLE_VALUE,
  LEARNABLE_VALUE_AND_DERIVATIVE,
  type LearnableActivation,
} from '../layers/learnable-activation.js'

interface LearnableCall {
  inputs: Record<'x' | 'parameters' | 'dy', Tensor>
  attrs: { activation: LearnableActivation }
}

/** Registers activations with parameters that are computed on the host, for every backend without its own kernels. */
export function registerHostLearnableActivations(backendName: string): void {
  const register = (kernelName: string, kernel: (call: LearnableCall) => TensorInfo | TensorInfo[]) =>
    registerKernel({ kernelName, backendName, kernelFunc: kernel as unknown as KernelFunc })
  register(LEARNABLE_VALUE, ({ inputs: { x, parameters }, attrs: { activation } }) => {
    const outputs = new Float32Array(x.size)
    computeLearnableValues(activation, numbersOf(parameters), numbersOf(x), outputs)
    return tensor(outputs, x.shape)
  })
  register(LEARNABLE_VALUE_AND_DERIVATIVE, ({ inputs: { x, parameters }, attrs: { activation } }) => {
    const [outputs, derivatives] = [new Float32Array(x.size), new Float32Array(x.size)]
    computeLearnableDerivatives(activation, numbersOf(parameters), numbersOf(x), outputs, derivatives)
    return [tensor(outputs, x.shape), tensor(derivatives, x.shape)]
  })
  register(LEARNABLE_GRADIENT, ({ inputs: { dy, x, parameters }, attrs: { activation } }) => {
    const gradient = new Float32Array(parameters.size)
    computeLearnableGradient(activation, numbersOf(parameters), numbersOf(x), numbersOf(dy), gradient)
    return tensor(gradient, parameters.shape)
  })
}

function numbersOf(x: Tensor): Float32Array {
  return x.dataSync<'float32'>()
}
