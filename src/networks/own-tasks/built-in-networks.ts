import { createAllCnnC } from '../architectures/all-cnn-c.js'
import { createMobilevitV2 } from '../architectures/mobilevit-v2.js'
import { createResnet56 } from '../architectures/resnet-56.js'
import type { NetworkDescription } from '../description/network-description.js'
import { TRAINABLE_DATASETS } from '../recipes/trainable-datasets.js'

/** The published networks by name. They take pictures of other sizes too, as far as their shapes fit. */
const PUBLISHED: Readonly<Record<string, () => { readonly description: NetworkDescription }>> = {
  'all-cnn-c': createAllCnnC,
  'resnet-56': createResnet56,
  'mobilevitv2-0.5': () => createMobilevitV2({ size: 256, classes: 10 }),
}

/** Names that `network` of a task.json can have: published networks, and those of the datasets that ship. */
export function listBuiltInNetworks(): string[] {
  return [
    ...new Set([...Object.keys(PUBLISHED), ...[...TRAINABLE_DATASETS.values()].map(({ network }) => network.name)]),
  ]
}

/** The layers of a built-in network for this number of classes; null for an unknown name. */
export function findBuiltInNetwork(name: string, classes: number): NetworkDescription | null {
  const own = [...TRAINABLE_DATASETS.values()].find(({ network }) => network.name === name)?.network
  const found = Object.hasOwn(PUBLISHED, name) ? PUBLISHED[name]() : own
  return found ? withClasses(found.description, classes) : null
}

/** The last layer with weights gives the logits. */
function withClasses({ layers }: NetworkDescription, classes: number): NetworkDescription {
  const last = layers.map(({ type }) => type === 'dense' || type === 'conv').lastIndexOf(true)
  return {
    layers: layers.map((layer, i) => {
      if (i !== last) return layer
      return layer.type === 'dense' ? { ...layer, units: classes } : { ...layer, filters: classes }
    }) as NetworkDescription['layers'],
  }
}
