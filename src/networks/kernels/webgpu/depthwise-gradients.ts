import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvInfo, type DepthwiseAttrs, depthwiseInfoOf, type Shape4D } from '../conv2d-info.js'
import { addParts, flat } from './column-sums.js'
import {
  DEPTHWISE_UNIFORMS,
  type DepthwiseVariant,
  depthwiseFilterCode,
  depthwiseInputCode,
  GROUPS,
  PLACES,
} from './depthwise-gradient-wgsl.js'
import {
  createElementProgram,
  replaceWebgpuKernel,
  type WebgpuBackend,
  type WebgpuProgram,
  type WebgpuUniform,
} from './program.js'

interface FilterCall {
  inputs: { x: TensorInfo; dy: TensorInfo }
  attrs: DepthwiseAttrs & { filterShape: Shape4D }
  backend: WebgpuBackend
}

interface InputCall {
  inputs: { dy: TensorInfo; filter: TensorInfo }
  attrs: DepthwiseAttrs & { inputShape: Shape4D }
  backend: WebgpuBackend
}

/** A large card works on about this many workgroups at once. */
const WANTED_WORKGROUPS = 512
/** With fewer positions for each thread, adding the threads' sums costs more than dividing the positions gains. */
const LEAST_CHUNK = 16 * PLACES
/** Taps whose sums a thread keeps in registers, if a row of the kernel has no more. */
const MOST_TAPS = 9

/**
 * Replaces the backend's gradients of a depthwise convolution. In the stock gradient with respect to the kernel, a single
 * thread walks over all pictures and positions for each weight, so a kernel of 3 × 3 keeps a card with 100,000 threads busy
 * with a few hundred. Channels are last, one output channel or several for each input channel.
 */
export function registerWebgpuDepthwiseGradients(): void {
  replaceWebgpuKernel('DepthwiseConv2dNativeBackpropFilter', backpropFilter)
  replaceWebgpuKernel('DepthwiseConv2dNativeBackpropInput', backpropInput)
}

/** The sums of the parts are written one after the other, and a second program adds them up. */
function backpropFilter({ inputs: { x, dy }, attrs, backend }: FilterCall): TensorInfo {
  const info = depthwiseInfoOf(x.shape, attrs.filterShape, attrs)
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, outChannels } = info
  const variant = variantOf(info)
  const terms = batchSize * outHeight * outWidth
  const rows = Math.min(filterHeight, Math.max(1, Math.floor(MOST_TAPS / filterWidth)))
  const across = Math.ceil(groupsOf(info, variant).outGroups / GROUPS)
  const down = Math.ceil(filterHeight / rows)
  const chunk = Math.max(LEAST_CHUNK, Math.ceil((terms * across * down) / WANTED_WORKGROUPS / PLACES) * PLACES)
  const parts = Math.ceil(terms / chunk)
  const size = filterHeight * filterWidth * outChannels
  const components = variant.isVec4 ? 4 : 1
  const program: WebgpuProgram = {
    shaderKey: `actbench depthwise filter ${keyOf(variant)} ${rows} ${filterWidth}`,
    variableNames: ['x', 'dy'],
    variableComponents: [components, components],
    outputShape: [parts * size],
    outputComponent: components,
    uniforms: DEPTHWISE_UNIFORMS,
    // Not everything in x, because then `main` would take an index.
    dispatchLayout: { x: [], y: [0] },
    dispatch: [across, parts, down],
    workgroupSize: [GROUPS * PLACES, 1, 1],
    getUserCode: () => depthwiseFilterCode(variant, rows, filterWidth),
  }
  const uniforms = uniformsOf(info, variant, { terms, chunk })
  const sums = backend.runWebGPUProgram(program, [flat(x), flat(dy)], 'float32', uniforms)
  return { ...addParts(backend, sums, parts), shape: attrs.filterShape }
}

/** There is a thread for each pixel and each group of channels, so nothing is divided. */
function backpropInput({ inputs: { dy, filter }, attrs, backend }: InputCall): TensorInfo {
  const info = depthwiseInfoOf(attrs.inputShape, filter.shape as Shape4D, attrs)
  const variant = variantOf(info)
  const components = variant.isVec4 ? 4 : 1
  const program = createElementProgram(
    {
      shaderKey: `actbench depthwise input ${keyOf(variant)}`,
      variableNames: ['dy', 'w'],
      variableComponents: [components, components],
      outputShape: [attrs.inputShape.reduce((product, side) => product * side, 1)],
      outputComponent: components,
      uniforms: DEPTHWISE_UNIFORMS,
    },
    depthwiseInputCode(variant),
  )
  const uniforms = uniformsOf(info, variant, { terms: 0, chunk: 0 })
  const gradient = backend.runWebGPUProgram(program, [flat(dy), flat(filter)], 'float32', uniforms)
  return { ...gradient, shape: attrs.inputShape }
}

function variantOf(info: ConvInfo): DepthwiseVariant {
  return {
    strides: [info.strideHeight, info.strideWidth],
    isDilated: info.dilationHeight > 1 || info.dilationWidth > 1,
    isVec4: info.outChannels === info.inChannels && info.inChannels % 4 === 0,
  }
}

function keyOf({ strides, isDilated, isVec4 }: DepthwiseVariant): string {
  return `${strides} ${isDilated} ${isVec4}`
}

function groupsOf(info: ConvInfo, { isVec4 }: DepthwiseVariant): { inGroups: number; outGroups: number } {
  const channels = isVec4 ? 4 : 1
  return { inGroups: info.inChannels / channels, outGroups: info.outChannels / channels }
}

/** In the order of DEPTHWISE_UNIFORMS. */
function uniformsOf(
  info: ConvInfo,
  variant: DepthwiseVariant,
  { terms, chunk }: { terms: number; chunk: number },
): WebgpuUniform[] {
  const { inGroups, outGroups } = groupsOf(info, variant)
  const numbers = [
    [info.inHeight, info.inWidth],
    [info.outHeight, info.outWidth],
    [info.filterHeight, info.filterWidth],
    [info.padInfo.top, info.padInfo.left],
    [info.dilationHeight, info.dilationWidth],
    [inGroups],
    [outGroups],
    [info.outChannels / info.inChannels],
    [terms],
    [chunk],
  ]
  return numbers.map((data) => ({ type: 'int32', data }))
}
