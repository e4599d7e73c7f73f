import type { FieldNode, GraphQLResolveInfo } from 'graphql'
import type { RowShape } from '../../db/loaders.js'

/** The field of a page, in the planned schema only, whose value is the JSON of all its nodes. */
export const PLANNED_NODES = 'plannedNodes'

/** Lists that can be written by PostgreSQL: the field -> the type of its rows. Their resolvers ask `shapeOf`. */
export const PLANNED_LISTS: Readonly<Record<string, string>> = {
  'Dataset.leaderboard': 'Evaluation',
  'Dataset.evaluations': 'Evaluation',
  'Query.activations': 'Activation',
}

const shapes = new WeakMap<FieldNode, RowShape>()

/** Tells the resolver of a list which shape its nodes have. */
export function keepShape(node: FieldNode, shape: RowShape): FieldNode {
  shapes.set(node, shape)
  return node
}

/** The shape in which the rows of a list are wanted as JSON; null if they are wanted as objects. */
export function shapeOf({ fieldNodes }: GraphQLResolveInfo): RowShape | null {
  return shapes.get(fieldNodes[0]) ?? null
}

/** A dataset that is not read before its lists. */
export interface NamedDataset {
  readonly name: string
}

/** Objects that only their lists need, so the statements of the lists find them by name. */
const named = new WeakSet<FieldNode>()

/** Tells the resolver of an object that nothing is wanted of it but planned lists, which can find it by its name. */
export function keepNamed(node: FieldNode): FieldNode {
  named.add(node)
  return node
}

/** Whether the object of a field need not be read, because the statements below it find it by its name. */
export function isNamedOnly({ fieldNodes }: GraphQLResolveInfo): boolean {
  return named.has(fieldNodes[0])
}
