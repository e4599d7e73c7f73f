import type { Network } from '../network.js'
import { applyLayers } from './apply-layers.js'
import { NETWORK_LIMITS } from './limits.js'
import type { NetworkDescription } from './network-description.js'
import { refuseValue } from './refuse-value.js'
import { createShapeOps, type NetworkSize } from './shape-ops.js'
import { ShapeProblem, showShape } from './shape-problem.js'

/** A network that is made from its description. */
export interface DescribedNetwork extends Network {
  readonly description: NetworkDescription
  readonly size: Readonly<NetworkSize>
}

export interface DescribedNetworkOptions {
  readonly name: string
  /** Height × width × channels of a picture, number × width of tokens, or the length of a vector. */
  readonly inputShape: readonly number[]
  readonly classes: number
  /** Where the description is, for messages. @defaultValue network */
  readonly place?: string
}

/**
 * Makes a network from its description. All shapes are checked before anything runs. Throws BAD_USER_INPUT that names the
 * layer, its input, and the expectation, if a layer cannot work on its input, if the last layer does not give a number
 * for each class, if no layer applies the function under test, or if the network is larger than `NETWORK_LIMITS`.
 */
export function createDescribedNetwork(
  description: NetworkDescription,
  { name, inputShape, classes, place = 'network' }: DescribedNetworkOptions,
): DescribedNetwork {
  checkInput(inputShape, classes, place)
  const size = measure(description, inputShape, classes, place)
  return {
    name,
    inputShape,
    classes,
    description,
    size,
    forward: (ops, input) => applyLayers(ops, description.layers, input, START),
  }
}

const START = { path: 'layers', prefix: '' } as const

function checkInput(inputShape: readonly number[], classes: number, place: string): void {
  const isShape =
    inputShape.length >= 1 && inputShape.length <= 3 && inputShape.every((side) => Number.isInteger(side) && side >= 1)
  if (!isShape) {
    const expected = 'an input shape of one to three whole numbers above 0'
    refuseValue(place, expected, inputShape.join(' × '))
  }
  if (!Number.isInteger(classes) || classes < 2 || classes > NETWORK_LIMITS.width) {
    refuseValue(place, `2 to ${NETWORK_LIMITS.width} classes`, classes)
  }
}

function measure({ layers }: NetworkDescription, inputShape: readonly number[], classes: number, place: string) {
  const { ops, size } = createShapeOps()
  try {
    const logits = applyLayers(ops, layers, { shape: [1, ...inputShape] }, START)
    if (logits.shape.length !== 2 || logits.shape[1] !== classes) {
      throw new ShapeProblem(
        `a vector of ${classes} numbers, one for each class, from the last layer`,
        showShape(logits.shape),
      )
    }
    if (size.activations === 0) {
      throw new ShapeProblem('at least one layer that applies the function under test, such as activation', 'none')
    }
    if (size.weights === 0) throw new ShapeProblem('at least one layer with weights', 'none')
  } catch (error) {
    throw error instanceof ShapeProblem ? error.toInputError(place) : error
  }
  return size
}
