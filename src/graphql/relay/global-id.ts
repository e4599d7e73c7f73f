import { refuseInput } from '../../services/validate-input.js'

/** The types that `node` resolves. */
export const NODE_TYPES = [
  ...(['Activation', 'Dataset', 'Evaluation', 'Run', 'Surrogate'] as const),
  ...(['TrainingJob', 'Search', 'Suggestion', 'Worker', 'ApiKey'] as const),
]
export type NodeType = (typeof NODE_TYPES)[number]

/** What a global id says: the key of an activation is its identity (64 hexadecimal digits), of others a row's id. */
export type NodeKey =
  | { readonly type: 'Activation'; readonly key: string }
  | { readonly type: Exclude<NodeType, 'Activation'>; readonly key: number }

/** The opaque, global and stable id of an object. */
export function toGlobalId(type: NodeType, key: number | string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url')
}

/** What an id says; throws BAD_USER_INPUT that names the argument for what is no id of this service. */
export function parseGlobalId(id: string, argument: string): NodeKey {
  const text = Buffer.from(id.slice(0, 200), 'base64url').toString()
  const [type, key] = text.split(':') as [NodeType, string]
  const isKey = type === 'Activation' ? /^[0-9a-f]{64}$/.test(key) : /^[1-9]\d{0,9}$/.test(key) && Number(key) < 2 ** 31
  if (!NODE_TYPES.includes(type) || !isKey || toGlobalId(type, key) !== id) {
    refuseInput(argument, 'an id that this service gave', id)
  }
  return type === 'Activation' ? { type, key } : { type, key: Number(key) }
}

/** The row id in an object's id; throws BAD_USER_INPUT where it is no id, or one of another type. */
export function parseIdOf(type: Exclude<NodeType, 'Activation'>, id: string, argument: string): number {
  const node = parseGlobalId(id, argument)
  if (node.type !== type) refuseInput(argument, `the id of a ${type}`, `the id of a ${node.type}`)
  return node.key as number
}
