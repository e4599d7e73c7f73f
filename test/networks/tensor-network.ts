import type { Tensor } from '@tensorflow/tfjs-core'
import type { Network, NetworkOps } from '../../src/networks/network.js'

/** A network that also uses operations of TensorFlow.js, so it can only run on tensors. */
export function tensorNetwork(
  network: Omit<Network, 'forward'> & { forward(ops: NetworkOps<Tensor>, input: Tensor): Tensor },
): Network {
  return network as unknown as Network
}
