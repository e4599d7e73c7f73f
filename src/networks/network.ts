import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/**
 * A network is described once, by the function `forward`. With different `NetworkOps`, the same description creates
 * parameters, trains, evaluates and captures the inputs of layers.
 */
export interface Network {
  name: string
  /** Height × width × channels of a picture, or the shape of one row of other data. */
  inputShape: readonly number[]
  classes: number
  /** Logits, batch × classes, of a batch of inputs. */
  forward(ops: NetworkOps, input: Tensor): Tensor2D
}

export interface Conv2dOptions {
  filters: number
  kernelSize: number
  /** @defaultValue 1 */
  strides?: number
  /** @defaultValue 'same' */
  padding?: 'same' | 'valid'
  /** @defaultValue true */
  bias?: boolean
}

export type DepthwiseConv2dOptions = Omit<Conv2dOptions, 'filters'>

export interface DenseOptions {
  units: number
  /** @defaultValue true */
  bias?: boolean
}

export interface BatchNormOptions {
  /**
   * Deviation of the outputs before training.
   * @defaultValue 1
   */
  initialScale?: number
}

/** The layers that networks use, by layer name. Steps without weights may also be plain tensor operations. */
export interface NetworkOps {
  conv2d(name: string, x: Tensor4D, options: Conv2dOptions): Tensor4D
  depthwiseConv2d(name: string, x: Tensor4D, options: DepthwiseConv2dOptions): Tensor4D
  /** Works on the last axis. */
  dense(name: string, x: Tensor, options: DenseOptions): Tensor
  /** Normalises each channel: in training by the moments of the batch, in inference by the medians of recent batches. */
  batchNorm<T extends Tensor>(name: string, x: T, options?: BatchNormOptions): T
  /** Normalises each vector along the last axis. */
  layerNorm<T extends Tensor>(name: string, x: T): T
  /** In training, sets each value to 0 with this probability and multiplies the others by 1 / (1 - rate). */
  dropout<T extends Tensor>(x: T, rate: number): T
  /** The function under test. */
  activation<T extends Tensor>(x: T): T
}
