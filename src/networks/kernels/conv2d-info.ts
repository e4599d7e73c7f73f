import { backend_util } from '@tensorflow/tfjs-core'

export type ConvInfo = backend_util.Conv2DInfo
export type Shape4D = [number, number, number, number]

/** The attributes of a convolution that TensorFlow.js passes to a kernel. */
export interface ConvAttrs {
  strides: number | [number, number]
  pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]]
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Sizes and padding of a convolution without dilation, channels last. */
export function convInfoOf(inputShape: number[], filterShape: Shape4D, attrs: ConvAttrs): ConvInfo {
  const { strides, pad, dimRoundingMode } = attrs
  return backend_util.computeConv2DInfo(inputShape as Shape4D, filterShape, strides, 1, pad, dimRoundingMode)
}

/** The attributes of a depthwise convolution that TensorFlow.js passes to a kernel. */
export interface DepthwiseAttrs extends ConvAttrs {
  dilations?: number | [number, number]
}

/** Sizes and padding of a depthwise convolution, channels last. */
export function depthwiseInfoOf(inputShape: number[], filterShape: Shape4D, attrs: DepthwiseAttrs): ConvInfo {
  const { strides, dilations = 1, pad, dimRoundingMode } = attrs
  const shape = inputShape as Shape4D
  return backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, pad, dimRoundingMode, true)
}
