import type { Json } from './fields.js'
import type { NetworkDescription } from './network-description.js'

/** A network as canonical JSON: all options of all layers, in the order of the table. Parsing it gives the same network. */
export function describeNetwork(description: NetworkDescription): { readonly [key: string]: Json } {
  return description as unknown as { readonly [key: string]: Json }
}
