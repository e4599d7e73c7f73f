import {
  createDescribedNetwork,
  type DescribedNetwork,
  type DescribedNetworkOptions,
} from '../description/create-described-network.js'
import type { LayerType } from '../description/network-description.js'
import { parseNetworkDescription } from '../description/parse-network-description.js'

/** A layer as it stands in a file: options with defaults may be absent. */
export interface WrittenLayer {
  readonly type: LayerType
  readonly name?: string
  readonly [option: string]: unknown
}

/** A built-in network. It passes the same checks as the network of a file. */
export function defineNetwork(options: DescribedNetworkOptions, layers: readonly WrittenLayer[]): DescribedNetwork {
  return createDescribedNetwork(parseNetworkDescription({ layers }, options.name), { place: options.name, ...options })
}

export const ACTIVATION: WrittenLayer = { type: 'activation' }

/** A convolution without a bias, then batch normalisation. */
export function normalizedConv(
  name: string,
  filters: number,
  options: { kernelSize?: number; strides?: number } = {},
): readonly WrittenLayer[] {
  return [
    { type: 'conv', name, filters, kernelSize: 1, bias: false, ...options },
    { type: 'batchNorm', name: `${name}/norm` },
  ]
}
