/** What the layers of a network pass on: tensors of a backend, or only their shapes. The batch is the first axis. */
export interface Shaped {
  readonly shape: readonly number[]
}

/**
 * A network is described once, by the function `forward`. With different `NetworkOps`, the same description checks shapes,
 * creates parameters, trains, evaluates and captures the inputs of layers.
 */
export interface Network {
  readonly name: string
  /** Height × width × channels of a picture, or the shape of one row of other data. */
  readonly inputShape: readonly number[]
  readonly classes: number
  /** Logits, batch × classes, of a batch of inputs. */
  forward<T extends Shaped>(ops: NetworkOps<T>, input: T): T
}

export interface DepthwiseConv2dOptions {
  kernelSize: number
  /** @defaultValue 1 */
  strides?: number
  /** @defaultValue 'same' */
  padding?: 'same' | 'valid'
  /** @defaultValue true */
  bias?: boolean
}

export interface Conv2dOptions extends DepthwiseConv2dOptions {
  filters: number
}

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

/** Windows lie inside the picture, because kernels of TensorFlow.js average wrongly over zeros around it. */
export interface PoolOptions {
  /** Height and width of a window. */
  size: number
  strides: number
}

/** The layers that networks use. Those with weights have names. */
export interface NetworkOps<T extends Shaped> {
  conv2d(name: string, x: T, options: Conv2dOptions): T
  depthwiseConv2d(name: string, x: T, options: DepthwiseConv2dOptions): T
  /** Works on the last axis. */
  dense(name: string, x: T, options: DenseOptions): T
  /** Normalises each channel: in training by the moments of the batch, in inference by the medians of recent batches. */
  batchNorm(name: string, x: T, options?: BatchNormOptions): T
  /** Normalises each vector along the last axis. */
  layerNorm(name: string, x: T): T
  /** Adds a learnt vector to each position of an input. The vectors start at 0. */
  addPositions(name: string, x: T): T
  /** In training, sets each value to 0 with this probability and multiplies the others by 1 / (1 - rate). */
  dropout(x: T, rate: number): T
  /** The function under test. */
  activation(x: T): T
  add(a: T, b: T): T
  averagePool(x: T, options: PoolOptions): T
  maxPool(x: T, options: PoolOptions): T
  /** Mean over all axes between the batch and the last one. */
  averageOverPositions(x: T): T
  /** All numbers of an input as one vector. */
  flatten(x: T): T
  /** The pixels of a picture as tokens. */
  toTokens(x: T): T
  /** Separable attention: see `attend` in layers/attention.ts. */
  attendSeparably(scoresKeys: T, values: T): T
  /** Scaled dot-product attention with this number of heads (arXiv 1706.03762). */
  attend(queries: T, keys: T, values: T, heads: number): T
  /** Groups pixels by their position in their patch: (size² · batch) × patches × channels. */
  unfoldPatches(x: T, size: number): T
  /** The inverse of `unfoldPatches`, for a picture of this height and width. */
  foldPatches(tokens: T, size: number, height: number, width: number): T
  /** Each `strides`-th position, with zeros as further channels, without weights (option A of arXiv 1512.03385). */
  subsample(x: T, strides: number, channels: number): T
}
