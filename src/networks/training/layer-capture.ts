/**
 * What one weighted layer saw of one batch in inference mode: all that the Fisher spectrum needs of it.
 * Shapes are channels last. The gradient is that of the *mean* cross-entropy (nats) at the layer's output, before any
 * activation, so it carries 1/batch; it is all zeros where no gradient reaches the layer.
 */
export interface LayerCapture {
  name: string
  kind: 'conv2d' | 'depthwise_conv2d' | 'dense'
  /** Number of weights: kernel and bias together. */
  weights: number
  bias: boolean
  /** Height and width; absent for dense layers, as are `strides` and `padding`. */
  kernelSize?: [number, number]
  strides?: [number, number]
  padding?: 'same' | 'valid'
  /** Convolutions: batch × height × width × channels. Dense: batch × … × features, the layer works on the last axis. */
  input: Float32Array
  inputShape: number[]
  outputGradient: Float32Array
  outputGradientShape: number[]
}
