import { type Fields, readFields, readObject } from './fields.js'
import { LAYER_KINDS, type LayerKind } from './layer-table.js'
import { NETWORK_LIMITS } from './limits.js'
import type { LayerDescription, LayerType, NetworkDescription } from './network-description.js'
import { refuseName, refuseValue } from './refuse-value.js'

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]|\/(?=[A-Za-z0-9])){0,99}$/

/**
 * Reads a network that a file describes: `{"layers": [...]}`. The result has all options, and a name for each layer with
 * weights: without one it is the type and the number in its list, such as `conv1`. Throws BAD_USER_INPUT with place, expected
 * and found value for unknown layers and keys, missing options, and wrong types. `createDescribedNetwork` checks shapes.
 */
export function parseNetworkDescription(value: unknown, place: string): NetworkDescription {
  const budget = { layers: 0 }
  const fields: Fields = { layers: { kind: 'layers', least: 1, description: '' } }
  const read = (list: unknown, least: number, at: string) => readLayers(list, least, at, 1, budget)
  return readFields(value, fields, place, read) as unknown as NetworkDescription
}

function readLayers(
  value: unknown,
  least: number,
  place: string,
  depth: number,
  budget: { layers: number },
): LayerDescription[] {
  if (!Array.isArray(value) || value.length < least) refuseValue(place, 'a list of layers', value)
  if (depth > NETWORK_LIMITS.depth) refuseValue(place, `at most ${NETWORK_LIMITS.depth} lists within each other`, depth)
  // `Array.from` also visits holes.
  return Array.from(value, (element: unknown, i) => {
    budget.layers++
    const at = `${place}[${i}]`
    if (budget.layers > NETWORK_LIMITS.layers) refuseValue(at, `at most ${NETWORK_LIMITS.layers} layers`, 'more')
    const kind = kindOf(element, at)
    const inner = (list: unknown, innerLeast: number, innerPlace: string) =>
      readLayers(list, innerLeast, innerPlace, depth + 1, budget)
    const { name, ...layer } = readFields(element, fieldsOf(kind, i), at, inner)
    return { type: layer.type, ...(name !== null && { name }), ...layer } as unknown as LayerDescription
  })
}

function kindOf(element: unknown, place: string): LayerType {
  const { type } = readObject(element, place)
  const types = Object.keys(LAYER_KINDS)
  if (typeof type !== 'string') refuseValue(`${place}.type`, `the type of a layer, such as "conv"`, type)
  if (!types.includes(type)) refuseName(`${place}.type`, 'is not a type of layer', type, types)
  return type as LayerType
}

function fieldsOf(type: LayerType, index: number): Fields {
  const { hasWeights, fields }: LayerKind = LAYER_KINDS[type]
  return {
    type: { kind: 'choice', choices: [type], description: '' },
    name: {
      kind: 'own',
      expected: 'a name',
      default: hasWeights ? `${type}${index + 1}` : null,
      read: readName,
      description: '',
    },
    ...fields,
  }
}

function readName(value: unknown, place: string): string | null {
  if (value === null || (typeof value === 'string' && NAME.test(value))) return value
  return refuseValue(place, 'a name of up to 100 letters, digits, "_", "-", "." and "/" inside', value)
}
