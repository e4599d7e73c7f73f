import type { TensorInfo } from '@tensorflow/tfjs-core'
import { allocate, viewOf, type WasmBackend } from './heap.js'

/** Attention, the weights of the tokens (batch × tokens) and the context vectors (batch × width). See `attend`. */
export function attention(
  backend: WasmBackend,
  { scoresKeys, values }: Record<'scoresKeys' | 'values', TensorInfo>,
): TensorInfo[] {
  const [batch, tokens, width] = values.shape
  const outputs = [
    allocate(backend, values.shape),
    allocate(backend, [batch, tokens]),
    allocate(backend, [batch, width]),
  ]
  const [to, weights, contexts] = outputs.map((output) => viewOf(backend, output))
  const [from, factors] = [scoresKeys, values].map((tensor) => viewOf(backend, tensor))
  const row = 1 + width
  for (let b = 0; b < batch; b++) {
    const token = b * tokens
    computeSoftmax(from, token * row, row, weights.subarray(token, token + tokens))
    const context = contexts.subarray(b * width, (b + 1) * width).fill(0)
    for (let t = token; t < token + tokens; t++) {
      for (let k = 0; k < width; k++) context[k] += weights[t] * from[t * row + 1 + k]
    }
    for (let t = token; t < token + tokens; t++) {
      for (let k = 0; k < width; k++) to[t * width + k] = factors[t * width + k] * context[k]
    }
  }
  return outputs
}

/**
 * Gradients with respect to scores, keys and values. With weights w, context c = Σ w·key and y = c·value:
 * dvalue = c·dy, dc = Σ dy·value, dkey = w·dc, dw = dc·key and dscore = w · (dw - Σ w·dw). Sums are over tokens.
 */
export function attentionGradient(
  backend: WasmBackend,
  inputs: Record<'dy' | 'scoresKeys' | 'values' | 'weights' | 'contexts', TensorInfo>,
): TensorInfo[] {
  const [batch, tokens, width] = inputs.values.shape
  const gradients = [allocate(backend, inputs.scoresKeys.shape), allocate(backend, inputs.values.shape)]
  const [ofScoresKeys, ofValues] = gradients.map((gradient) => viewOf(backend, gradient))
  const { dy, scoresKeys, values, weights, contexts } = inputs
  const [outer, from, factors] = [dy, scoresKeys, values].map((tensor) => viewOf(backend, tensor))
  const [shares, context] = [weights, contexts].map((tensor) => viewOf(backend, tensor))
  const row = 1 + width
  const ofContext = new Float64Array(width)
  const ofShares = new Float64Array(tokens)
  for (let b = 0; b < batch; b++) {
    ofContext.fill(0)
    for (let t = b * tokens; t < (b + 1) * tokens; t++) {
      for (let k = 0; k < width; k++) {
        const d = outer[t * width + k]
        ofValues[t * width + k] = d * context[b * width + k]
        ofContext[k] += d * factors[t * width + k]
      }
    }
    let mean = 0
    for (let t = 0; t < tokens; t++) {
      const share = shares[b * tokens + t]
      const keys = (b * tokens + t) * row + 1
      let product = 0
      for (let k = 0; k < width; k++) {
        product += ofContext[k] * from[keys + k]
        ofScoresKeys[keys + k] = share * ofContext[k]
      }
      ofShares[t] = product
      mean += share * product
    }
    for (let t = 0; t < tokens; t++) {
      const token = b * tokens + t
      ofScoresKeys[token * row] = shares[token] * (ofShares[t] - mean)
    }
  }
  return gradients
}

/** Softmax over every `step`-th number. */
function computeSoftmax(from: Float32Array, start: number, step: number, to: Float32Array): void {
  let greatest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < to.length; i++) greatest = Math.max(greatest, from[start + i * step])
  let total = 0
  for (let i = 0; i < to.length; i++) total += to[i] = Math.exp(from[start + i * step] - greatest)
  for (let i = 0; i < to.length; i++) to[i] /= total
}
