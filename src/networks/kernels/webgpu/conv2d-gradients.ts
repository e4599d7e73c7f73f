import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { flat } from './column-sums.js'
import {
  CONV_UNIFORMS,
  DEPTH,
  filterGradientCode,
  inputGradientCode,
  type ShaderVariant,
  SUM_OF_PARTS_CODE,
  TILE,
  WORKGROUP_SIZE,
} from './conv2d-gradient-wgsl.js'
import {
  createElementProgram,
  replaceWebgpuKernel,
  type WebgpuBackend,
  type WebgpuProgram,
  type WebgpuUniform,
} from './program.js'

interface FilterCall {
  inputs: { x: TensorInfo; dy: TensorInfo }
  attrs: ConvAttrs & { filterShape: Shape4D }
  backend: WebgpuBackend
}

interface InputCall {
  inputs: { dy: TensorInfo; filter: TensorInfo }
  attrs: ConvAttrs & { inputShape: Shape4D }
  backend: WebgpuBackend
}

/** A large card works on about this many workgroups at once; a product of fewer tiles is cut along its terms. */
const WANTED_WORKGROUPS = 1024
/** Terms below which cutting costs more, in sums to write and to add, than it gives. */
const LEAST_CHUNK = 16 * DEPTH
/** Workgroups along one axis of a dispatch, which every device allows. */
const MOST_WORKGROUPS = 65_535

/**
 * Replaces the backend's gradients of a convolution, for pictures with the channels last and no dilation. The stock gradient
 * at the kernel gives each weight to one thread, which walks all pictures alone, and the one at the input divides in
 * floating point for each number read. Here both are matrix products of which no factor is written out: a workgroup gathers
 * its tiles from the tensors themselves.
 */
export function registerWebgpuConv2dGradients(): void {
  replaceWebgpuKernel('Conv2DBackpropFilter', conv2dBackpropFilter)
  replaceWebgpuKernel('Conv2DBackpropInput', conv2dBackpropInput)
}

/**
 * The gradient at the kernel has few outputs and very many terms (864 × 96 of 131,072 in the second layer of All-CNN-C with
 * a batch of 128), so the terms are dealt out to workgroups and a second program adds up what these found. Nothing is
 * added atomically: equal inputs give equal bytes.
 */
function conv2dBackpropFilter({ inputs: { x, dy }, attrs, backend }: FilterCall): TensorInfo {
  const info = convInfoOf(x.shape, attrs.filterShape, attrs)
  const { inChannels, outChannels, filterHeight, filterWidth, batchSize, outHeight, outWidth } = info
  const rows = filterHeight * filterWidth * inChannels
  const terms = batchSize * outHeight * outWidth
  const tiles: [number, number] = [Math.ceil(outChannels / TILE), Math.ceil(rows / TILE)]
  const wantedParts = Math.ceil(WANTED_WORKGROUPS / (tiles[0] * tiles[1]))
  const chunk = Math.ceil(Math.max(terms / wantedParts, LEAST_CHUNK) / DEPTH) * DEPTH
  const parts = Math.ceil(terms / chunk)
  const size = rows * outChannels
  const variant: ShaderVariant = {
    strides: [info.strideHeight, info.strideWidth],
    isFirstVec4: inChannels % 4 === 0,
    isSecondVec4: outChannels % 4 === 0,
  }
  const program = createTileProgram('filter', variant, ['x', 'dy'], parts * size, [...tiles, parts])
  const uniforms = uniformsOf(info, { rows, columns: outChannels, terms, chunk })
  const sums = backend.runWebGPUProgram(program, [flat(x), flat(dy)], 'float32', uniforms)
  if (parts === 1) return { ...sums, shape: attrs.filterShape }
  const gradient = backend.runWebGPUProgram(
    createElementProgram(
      { shaderKey: 'actbench sum of parts', variableNames: ['x'], outputShape: [size], uniforms: 'parts : i32,' },
      SUM_OF_PARTS_CODE,
    ),
    [sums],
    'float32',
    [{ type: 'int32', data: [parts] }],
  )
  backend.disposeData(sums.dataId)
  return { ...gradient, shape: attrs.filterShape }
}

/** The gradient at the input has a row for each pixel of each picture: workgroups enough, so no sum is cut. */
function conv2dBackpropInput({ inputs: { dy, filter }, attrs, backend }: InputCall): TensorInfo {
  const info = convInfoOf(attrs.inputShape, filter.shape as Shape4D, attrs)
  const { inChannels, outChannels, filterHeight, filterWidth, batchSize, inHeight, inWidth } = info
  const rows = batchSize * inHeight * inWidth
  const terms = filterHeight * filterWidth * outChannels
  const tiles = Math.ceil(rows / TILE)
  const tilesInY = Math.min(tiles, MOST_WORKGROUPS)
  const isVec4 = outChannels % 4 === 0
  const variant: ShaderVariant = {
    strides: [info.strideHeight, info.strideWidth],
    isFirstVec4: isVec4,
    isSecondVec4: isVec4,
  }
  const program = createTileProgram('input', variant, ['dy', 'w'], rows * inChannels, [
    Math.ceil(inChannels / TILE),
    tilesInY,
    Math.ceil(tiles / tilesInY),
  ])
  const uniforms = uniformsOf(info, { rows, columns: inChannels, terms, chunk: terms })
  const gradient = backend.runWebGPUProgram(program, [flat(dy), flat(filter)], 'float32', uniforms)
  return { ...gradient, shape: attrs.inputShape }
}

function createTileProgram(
  kind: 'filter' | 'input',
  variant: ShaderVariant,
  variableNames: string[],
  size: number,
  dispatch: [number, number, number],
): WebgpuProgram {
  const { strides, isFirstVec4, isSecondVec4 } = variant
  return {
    shaderKey: `actbench conv2d ${kind} ${strides} ${isFirstVec4} ${isSecondVec4}`,
    variableNames,
    variableComponents: [isFirstVec4 ? 4 : 1, isSecondVec4 ? 4 : 1],
    outputShape: [size],
    uniforms: CONV_UNIFORMS,
    // Not all in x: `main` then takes no index.
    dispatchLayout: { x: [], y: [0] },
    dispatch,
    workgroupSize: WORKGROUP_SIZE,
    getUserCode: () => (kind === 'filter' ? filterGradientCode(variant) : inputGradientCode(variant)),
  }
}

/** In the order of CONV_UNIFORMS. */
function uniformsOf(
  info: ConvInfo,
  product: { rows: number; columns: number; terms: number; chunk: number },
): WebgpuUniform[] {
  const numbers = [
    [info.inHeight, info.inWidth],
    [info.outHeight, info.outWidth],
    [info.filterHeight, info.filterWidth],
    [info.padInfo.top, info.padInfo.left],
    [info.inChannels],
    [info.outChannels],
    [product.rows],
    [product.columns],
    [product.terms],
    [product.chunk],
  ]
  return numbers.map((data) => ({ type: 'int32', data }))
}
