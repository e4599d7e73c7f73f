import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { addParts, flat, MOST_WORKGROUPS } from './column-sums.js'
import {
  CONV_UNIFORMS,
  DEPTH,
  filterGradientCode,
  inputGradientCode,
  type ShaderVariant,
  TILE,
  WORKGROUP_SIZE,
} from './conv2d-gradient-wgsl.js'
import { replaceWebgpuKernel, type WebgpuBackend, type WebgpuProgram, type WebgpuUniform } from './program.js'

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

/** A large card works on about this many workgroups at once. A product of fewer tiles is divided along its terms. */
const WANTED_WORKGROUPS = 1024
/** With fewer terms than this, the cost of writing and adding partial sums is more than dividing them gains. */
const LEAST_CHUNK = 16 * DEPTH

/**
 * Replaces the backend's gradients of a convolution, for pictures with channels last and without dilation. In the stock
 * gradient with respect to the kernel, a single thread walks over all pictures for each weight. The stock gradient with
 * respect to the input makes a floating-point division for each number that it reads. Here both are matrix products, and
 * neither factor is written out: a workgroup gathers its tiles from the tensors themselves.
 */
export function registerWebgpuConv2dGradients(): void {
  replaceWebgpuKernel('Conv2DBackpropFilter', conv2dBackpropFilter)
  replaceWebgpuKernel('Conv2DBackpropInput', conv2dBackpropInput)
}

/**
 * The gradient with respect to the kernel has few outputs and very many terms: 864 × 96 outputs of 131,072 terms in the
 * second layer of All-CNN-C with a batch of 128. So the terms are divided among workgroups, and a second program adds up
 * their sums. There are no atomic additions, so equal inputs give equal bytes.
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
  return { ...addParts(backend, sums, parts), shape: attrs.filterShape }
}

/**
 * The gradient with respect to the input has a row for each pixel, so there are enough workgroups without division of the
 * terms. Each phase of the strides has workgroups of its own.
 */
function conv2dBackpropInput({ inputs: { dy, filter }, attrs, backend }: InputCall): TensorInfo {
  const info = convInfoOf(attrs.inputShape, filter.shape as Shape4D, attrs)
  const { inChannels, outChannels, filterHeight, filterWidth, batchSize, inHeight, inWidth } = info
  const rows = batchSize * inHeight * inWidth
  const terms = filterHeight * filterWidth * outChannels
  const [phaseHeight, phaseWidth] = [Math.ceil(inHeight / info.strideHeight), Math.ceil(inWidth / info.strideWidth)]
  const tiles = Math.ceil((batchSize * phaseHeight * phaseWidth) / TILE)
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
    Math.ceil(tiles / tilesInY) * info.strideHeight * info.strideWidth,
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
    // Not everything in x, because then `main` would take an index.
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
