import { refuseInput } from '../../services/validate-input.js'

/** The types of the objects that `node` can return. */
export const NODE_TYPES = [
  ...(['Activation', 'Dataset', 'Evaluation', 'Run', 'Surrogate'] as const),
  ...(['TrainingJob', 'Search', 'Suggestion', 'Worker', 'ApiKey', 'Snapshot'] as const),
]
export type NodeType = (typeof NODE_TYPES)[number]

/** A decoded global id. The key of an activation is its identity (64 hexadecimal digits); other keys are row ids. */
export type NodeKey =
  | { readonly type: 'Activation'; readonly key: string }
  | { readonly type: Exclude<NodeType, 'Activation'>; readonly key: number }

/** The global id of an object. Clients treat it as an opaque text. */
export function toGlobalId(type: NodeType, key: number | string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url')
}

/** Decodes a global id. Throws BAD_USER_INPUT with the name of the argument if the id is malformed. */
export function parseGlobalId(id: string, argument: string): NodeKey {
  return decodeGlobalId(id) ?? refuseInput(argument, 'an id that this service gave', id)
}

/** Whether this is an id that this service could have given. */
export function isGlobalId(id: string): boolean {
  return decodeGlobalId(id) !== null
}

function decodeGlobalId(id: string): NodeKey | null {
  const text = Buffer.from(id.slice(0, 200), 'base64url').toString()
  const [type, key] = text.split(':') as [NodeType, string]
  const isKey = type === 'Activation' ? /^[0-9a-f]{64}$/.test(key) : /^[1-9]\d{0,9}$/.test(key) && Number(key) < 2 ** 31
  if (!NODE_TYPES.includes(type) || !isKey || toGlobalId(type, key) !== id) return null
  return type === 'Activation' ? { type, key } : { type, key: Number(key) }
}

/** The row id in a global id. Throws BAD_USER_INPUT if the id is malformed or belongs to another type. */
export function parseIdOf(type: Exclude<NodeType, 'Activation'>, id: string, argument: string): number {
  const node = parseGlobalId(id, argument)
  if (node.type !== type) refuseInput(argument, `the id of a ${type}`, `the id of a ${node.type}`)
  return node.key as number
}
