import {
  getKernel,
  type KernelFunc,
  registerGradient,
  registerKernel,
  type Tensor,
  type TensorInfo,
  tensor,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import {
  ACTIVATION_VALUE,
  ACTIVATION_VALUE_AND_DERIVATIVE,
  computeValues,
  computeValuesAndDerivatives,
  type LayerActivation,
} from '../layers/activation-op.js'
import { ATTENTION, ATTENTION_GRADIENT, ATTENTION_GRADIENTS } from '../layers/attention.js'
import { MEAN_OF_POSITIONS, MEAN_OF_POSITIONS_GRADIENT } from '../layers/average-pool.js'
import { BATCH_NORM, BATCH_NORM_GRADIENT, BATCH_NORM_GRADIENTS } from '../layers/batch-normalization.js'
import { computeDropoutMask, DROPOUT_MASK, type DropoutMask } from '../layers/dropout.js'
import { LAYER_NORM, LAYER_NORM_GRADIENT, LAYER_NORM_GRADIENTS } from '../layers/layer-normalization.js'
import { LEARNABLE_GRADIENT, LEARNABLE_VALUE, LEARNABLE_VALUE_AND_DERIVATIVE } from '../layers/learnable-activation.js'
import { ADAM, JOIN_VECTOR, SPLIT_VECTOR } from '../layers/parameters.js'
import { BASIC_GRADIENTS } from './basic-gradients.js'
import { registerHostLearnableActivations } from './host-learnable-activation.js'
import {
  CONV2D_GRADIENT,
  FUSED_CONV2D_GRADIENT,
  FUSED_MAT_MUL_GRADIENT,
  MAT_MUL_GRADIENT,
  SUM_OF_ROWS,
} from './layer-gradients.js'
import { makeRecordable } from './replay.js'
import { activationValue, activationValueAndDerivative } from './wasm/activation.js'
import { adam } from './wasm/adam.js'
import { attention, attentionGradient } from './wasm/attention.js'
import { batchNorm, batchNormGradient } from './wasm/batch-normalization.js'
import { conv2d } from './wasm/conv2d.js'
import { conv2dBackpropFilter, conv2dBackpropInput } from './wasm/conv2d-gradients.js'
import { depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from './wasm/depthwise-gradients.js'
import { allocate, viewOf, type WasmBackend } from './wasm/heap.js'
import { layerNorm, layerNormGradient } from './wasm/layer-normalization.js'
import { learnableGradient, learnableValue, learnableValueAndDerivative } from './wasm/learnable-activation.js'
import { matMul } from './wasm/mat-mul.js'
import { maxPoolGradient } from './wasm/max-pool-gradient.js'
import { meanOfPositions, meanOfPositionsGradient, sumOfRows } from './wasm/position-means.js'
import { joinVector, splitVector } from './wasm/weights.js'
import { registerWebgpuActivations } from './webgpu/activation.js'
import { registerWebgpuBatchNorm } from './webgpu/batch-normalization.js'
import { registerWebgpuSumOfRows } from './webgpu/column-sums.js'
import { registerWebgpuConv2dGradients } from './webgpu/conv2d-gradients.js'
import { registerWebgpuDepthwiseGradients } from './webgpu/depthwise-gradients.js'
import { registerWebgpuDropout } from './webgpu/dropout.js'
import { registerWebgpuLearnableActivations } from './webgpu/learnable-activation.js'
import { registerWebgpuOptimizers } from './webgpu/optimizer.js'

interface ActivationCall {
  inputs: { x: TensorInfo }
  attrs: { activation: LayerActivation }
}

/** TensorFlow.js has one table of kernels for the process, so this also remembers for the process what was registered. */
const registered = new Set<string>()

/**
 * Registers the kernels that the networks need and TensorFlow.js lacks or does slowly, once for each backend. `wasm` gets
 * gradients, activations and masks on the heap. `webgpu` gets gradients, batch normalisation, activations and masks as
 * shaders. Every other backend gets activations and masks on the host.
 */
export function registerKernels(backendName: string): void {
  if (registered.size === 0) {
    const ofLayers = [
      CONV2D_GRADIENT,
      FUSED_CONV2D_GRADIENT,
      FUSED_MAT_MUL_GRADIENT,
      MAT_MUL_GRADIENT,
      BATCH_NORM_GRADIENTS,
      LAYER_NORM_GRADIENTS,
      ATTENTION_GRADIENTS,
    ]
    for (const gradient of [...BASIC_GRADIENTS, ...ofLayers]) registerGradient(gradient)
  }
  if (registered.has(backendName)) return
  registered.add(backendName)
  if (backendName === 'wasm') registerWasmKernels()
  else if (backendName === 'webgpu') registerWebgpuKernels()
  else registerHostKernels(backendName)
}

function registerWasmKernels(): void {
  improve(['Conv2D', 'FusedConv2D'], conv2d)
  improve(['BatchMatMul'], matMul)
  replace('Conv2DBackpropFilter', ({ inputs, attrs, backend }: never) => conv2dBackpropFilter(backend, inputs, attrs))
  replace('Conv2DBackpropInput', ({ inputs, attrs, backend }: never) => conv2dBackpropInput(backend, inputs, attrs))
  replace('DepthwiseConv2dNativeBackpropFilter', ({ inputs, attrs, backend }: never) =>
    depthwiseConv2dBackpropFilter(backend, inputs, attrs),
  )
  replace('DepthwiseConv2dNativeBackpropInput', ({ inputs, attrs, backend }: never) =>
    depthwiseConv2dBackpropInput(backend, inputs, attrs),
  )
  replace('MaxPoolGrad', ({ inputs, attrs, backend }: never) => maxPoolGradient(backend, inputs, attrs))
  replace('Identity', ({ inputs, backend }: never) => shareData(backend, inputs))
  replace(SUM_OF_ROWS, ({ inputs, backend }: never) => sumOfRows(backend, inputs))
  replace(MEAN_OF_POSITIONS, ({ inputs, attrs, backend }: never) => meanOfPositions(backend, inputs, attrs))
  replace(MEAN_OF_POSITIONS_GRADIENT, ({ inputs, attrs, backend }: never) =>
    meanOfPositionsGradient(backend, inputs, attrs),
  )
  replace(BATCH_NORM, ({ inputs, backend }: never) => batchNorm(backend, inputs))
  replace(BATCH_NORM_GRADIENT, ({ inputs, backend }: never) => batchNormGradient(backend, inputs))
  replace(LAYER_NORM, ({ inputs, backend }: never) => layerNorm(backend, inputs))
  replace(LAYER_NORM_GRADIENT, ({ inputs, backend }: never) => layerNormGradient(backend, inputs))
  replace(ATTENTION, ({ inputs, backend }: never) => attention(backend, inputs))
  replace(ATTENTION_GRADIENT, ({ inputs, backend }: never) => attentionGradient(backend, inputs))
  replace(ACTIVATION_VALUE, ({ inputs, attrs, backend }: never) => activationValue(backend, { inputs, attrs }))
  replace(ACTIVATION_VALUE_AND_DERIVATIVE, ({ inputs, attrs, backend }: never) =>
    activationValueAndDerivative(backend, { inputs, attrs }),
  )
  replace(LEARNABLE_VALUE, ({ inputs, attrs, backend }: never) => learnableValue(backend, inputs, attrs))
  replace(LEARNABLE_VALUE_AND_DERIVATIVE, ({ inputs, attrs, backend }: never) =>
    learnableValueAndDerivative(backend, inputs, attrs),
  )
  replace(LEARNABLE_GRADIENT, ({ inputs, attrs, backend }: never) => learnableGradient(backend, inputs, attrs))
  replace(DROPOUT_MASK, ({ attrs, backend }: never) => dropoutMask(backend, attrs))
  replace(ADAM, ({ inputs, attrs, backend }: never) => adam(backend, inputs, attrs))
  replace(SPLIT_VECTOR, ({ inputs, attrs, backend }: never) => splitVector(backend, inputs, attrs))
  replace(JOIN_VECTOR, ({ inputs, backend }: never) => joinVector(backend, inputs))
  makeRecordable('wasm')
}

function registerWebgpuKernels(): void {
  registerWebgpuActivations()
  registerWebgpuLearnableActivations()
  registerWebgpuDropout()
  registerWebgpuConv2dGradients()
  registerWebgpuDepthwiseGradients()
  registerWebgpuSumOfRows()
  registerWebgpuBatchNorm()
  registerWebgpuOptimizers()
}

/** Overrides a kernel of the wasm backend, or adds it. */
function replace(kernelName: string, kernel: (call: never) => TensorInfo | TensorInfo[]): void {
  if (getKernel(kernelName, 'wasm')) unregisterKernel(kernelName, 'wasm')
  registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as KernelFunc })
}

/** Overrides kernels by one that uses the backend's own for all other cases. */
function improve(
  names: readonly string[],
  kernel: (stock: KernelFunc, backend: never, inputs: never, attrs: never) => TensorInfo,
): void {
  for (const name of names) {
    const stock = getKernel(name, 'wasm').kernelFunc
    replace(name, ({ inputs, attrs, backend }: never) => kernel(stock, backend, inputs, attrs))
  }
}

/** A second tensor on the same numbers. The backend's own kernel copies them, even when only the tape keeps a tensor. */
function shareData(backend: WasmBackend, { x }: { x: TensorInfo }): TensorInfo {
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

function dropoutMask(backend: WasmBackend, attrs: DropoutMask): TensorInfo {
  const mask = allocate(backend, attrs.shape)
  computeDropoutMask(attrs, viewOf(backend, mask))
  return mask
}

/** Downloads the data, computes on the host and uploads the result, so it works for every function on every backend. */
function registerHostKernels(backendName: string): void {
  const valueKernel = ({ inputs: { x }, attrs: { activation } }: ActivationCall): TensorInfo => {
    const inputs = (x as Tensor).dataSync<'float32'>()
    const outputs = new Float32Array(inputs.length)
    computeValues(activation, inputs, outputs)
    return tensor(outputs, x.shape)
  }
  const bothKernel = ({ inputs: { x }, attrs: { activation } }: ActivationCall): TensorInfo[] => {
    const inputs = (x as Tensor).dataSync<'float32'>()
    const outputs = new Float32Array(inputs.length)
    const derivatives = new Float32Array(inputs.length)
    computeValuesAndDerivatives(activation, inputs, outputs, derivatives)
    return [tensor(outputs, x.shape), tensor(derivatives, x.shape)]
  }
  registerKernel({ kernelName: ACTIVATION_VALUE, backendName, kernelFunc: valueKernel as unknown as KernelFunc })
  registerKernel({
    kernelName: ACTIVATION_VALUE_AND_DERIVATIVE,
    backendName,
    kernelFunc: bothKernel as unknown as KernelFunc,
  })
  registerHostLearnableActivations(backendName)
  const maskKernel = ({ attrs }: { attrs: DropoutMask }): TensorInfo => {
    const mask = new Float32Array(attrs.shape.reduce((product, side) => product * side, 1))
    computeDropoutMask(attrs, mask)
    return tensor(mask, attrs.shape)
  }
  registerKernel({ kernelName: DROPOUT_MASK, backendName, kernelFunc: maskKernel as unknown as KernelFunc })
}
