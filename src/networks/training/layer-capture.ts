/**
 * Input and output gradient of one weighted layer for one batch in inference mode, which is all that the Fisher spectrum
 * needs. Shapes are channels last. The gradient is that of the *mean* cross-entropy (nats) with respect to the layer's
 * output, before any activation, so it contains the factor 1/batch. It is zero if no gradient reaches the layer.
 */
export interface LayerCapture {
  name: string
  kind: 'conv2d' | 'depthwise_conv2d' | 'dense'
  /** Number of weights in kernel and bias. */
  weights: number
  bias: boolean
  /** Height and width; absent for dense layers, as are `strides` and `padding`. */
  kernelSize?: [number, number]
  strides?: [number, number]
  padding?: 'same' | 'valid'
  /** Convolutions: batch × height × width × channels. Dense: batch × … × features; the layer works on the last axis. */
  input: Float32Array
  inputShape: number[]
  outputGradient: Float32Array
  outputGradientShape: number[]
}
