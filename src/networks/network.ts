import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/**
 * A network is a function that describes itself once: run with different `NetworkOps`, the same description creates the
 * parameters, trains, evaluates and records what each layer saw.
 */
export interface Network {
  name: string
  /** height × width × channels of one picture, or the shape of one row of any other data. */
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
   * Deviation of what comes out before training.
   * @defaultValue 1
   */
  initialScale?: number
}

/** The layers that networks are made of, by layer name; what has no weights may also be a plain tensor operation. */
export interface NetworkOps {
  conv2d(name: string, x: Tensor4D, options: Conv2dOptions): Tensor4D
  depthwiseConv2d(name: string, x: Tensor4D, options: DepthwiseConv2dOptions): Tensor4D
  /** Works on the last axis. */
  dense(name: string, x: Tensor, options: DenseOptions): Tensor
  /** Normalises each channel by the batch's moments in training, by the medians of recent batches' moments in inference. */
  batchNorm<T extends Tensor>(name: string, x: T, options?: BatchNormOptions): T
  /** Normalises each vector along the last axis. */
  layerNorm<T extends Tensor>(name: string, x: T): T
  /** In training leaves out each value with this probability and scales the others by 1 / (1 - rate). */
  dropout<T extends Tensor>(x: T, rate: number): T
  /** The function under test. */
  activation<T extends Tensor>(x: T): T
}
