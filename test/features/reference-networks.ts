import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { LayerCapture } from '../../src/networks/training/layer-capture.js'
import { PROJECT_ROOT } from '../../src/root.js'

/** The four small networks whose Fisher factors TensorFlow computed: test/data/features/README.md. */
export const REFERENCE_NETWORKS = ['dense', 'conv-same', 'conv-valid', 'token-dense'] as const
export type ReferenceNetworkName = (typeof REFERENCE_NETWORKS)[number]

export interface TensorPlace {
  offset: number
  shape: number[]
}

export interface ReferenceLayer {
  type: 'conv2d' | 'depthwise_conv2d' | 'dense' | 'activation' | 'softmax' | 'gap2d' | 'gap1d' | 'flatten'
  name: string
  units?: number
  filters?: number
  kernel_size?: number
  stride?: number
  padding?: 'same' | 'valid'
  bias?: boolean
  kernel?: TensorPlace
  bias_values?: TensorPlace
}

export interface ReferenceLayerResult {
  name: string
  weights: number
  skipped?: boolean
  fallback_zeros?: boolean
  nan?: number
  neg_inf?: number
  input_norm: number | 'NaN' | 'Infinity'
  grad_norm: number | 'NaN' | 'Infinity'
  input_eig: number[]
  grad_eig: number[]
  input_eig_f64: number[]
  grad_eig_f64: number[]
  input_eig_f64_tensorflow_padding?: number[]
  cdf_edges: number
  cdf: (number | 'NaN')[] | null
  cdf_101: (number | 'NaN')[]
  layer_input?: TensorPlace
  output_gradient?: TensorPlace
}

export interface ReferenceNetwork {
  model: { input_shape: number[]; batch: number; layers: ReferenceLayer[]; inputs: TensorPlace; labels: TensorPlace }
  layerTensorsFunction: string
  functions: { fn: string; loss: number | 'NaN'; layers: ReferenceLayerResult[] }[]
  readTensor(place: TensorPlace): Float32Array
  readLayerTensor(place: TensorPlace): Float32Array
}

export function readReferenceNetwork(name: ReferenceNetworkName): ReferenceNetwork {
  const tensors = readFloats(`${name}.tensors.bin.gz`)
  const layerTensors = readFloats(`${name}.layer-tensors.bin.gz`)
  return {
    ...JSON.parse(readData(`${name}.json.gz`).toString()),
    readTensor: (place) => cut(tensors, place),
    readLayerTensor: (place) => cut(layerTensors, place),
  }
}

/** The layers of one network as TensorFlow captured them for `layerTensorsFunction`. */
export function readReferenceCaptures(network: ReferenceNetwork): LayerCapture[] {
  const entry = network.functions.find(({ fn }) => fn === network.layerTensorsFunction)!
  return entry.layers.map((result) => {
    const layer = network.model.layers.find(({ name }) => name === result.name)!
    return {
      ...toLayerOptions(layer),
      weights: result.weights,
      input: network.readLayerTensor(result.layer_input!),
      inputShape: result.layer_input!.shape,
      outputGradient: network.readLayerTensor(result.output_gradient!),
      outputGradientShape: result.output_gradient!.shape,
    }
  })
}

export function toLayerOptions(layer: ReferenceLayer): Pick<LayerCapture, 'name' | 'kind' | 'bias'> {
  if (layer.type === 'dense') return { name: layer.name, kind: 'dense', bias: layer.bias! }
  const size = layer.kernel_size!
  const stride = layer.stride!
  const options: Pick<LayerCapture, 'name' | 'kind' | 'bias' | 'kernelSize' | 'strides' | 'padding'> = {
    name: layer.name,
    kind: layer.type as LayerCapture['kind'],
    bias: layer.bias!,
    kernelSize: [size, size],
    strides: [stride, stride],
    padding: layer.padding!,
  }
  return options
}

function cut(floats: Float32Array, { offset, shape }: TensorPlace): Float32Array {
  return floats.slice(offset, offset + shape.reduce((product, size) => product * size, 1))
}

function readFloats(file: string): Float32Array {
  const bytes = readData(file)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

function readData(file: string): Buffer {
  return gunzipSync(readFileSync(join(PROJECT_ROOT, 'test/data/features', file)))
}
