import {
  type FieldNode,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isScalarType,
  Kind,
} from 'graphql'
import type { RowShape } from '../../db/loaders.js'
import { JsonText } from '../../operation-limits/json-text.js'
import type { ActivationSource } from '../activations/activation.type.js'
import type { Neighbour } from '../activations/neighbour.type.js'
import type { Context } from '../context.js'
import { keepShape, shapeOf } from './planned-field.js'
import { type PlannedDocument, readShape, toPlanned } from './read-shape.js'

/** Reads the rows that an object leads to, as PostgreSQL writes them. Null if a row is missing. */
type ReadRelation = (source: never, shape: RowShape, context: Context) => Promise<{ readonly text: string } | null>

/** Fields without arguments whose rows PostgreSQL can write for one object at a time. */
const RELATIONS: Readonly<Record<string, ReadRelation>> = {
  'Activation.evaluations': async ({ id }: ActivationSource, shape, { loaders }) =>
    id === null ? { text: '[]' } : loaders.shapedEvaluationsOf(shape).load(id),
  'Neighbour.activation': ({ activationId }: Neighbour, shape, { loaders }) =>
    loaders.shapedActivation(shape).load(activationId),
}

/** Adds fields to a planned schema whose values are the JSON of those relations. */
export function addRelations(schema: GraphQLSchema): void {
  const scalar = schema.getType('PlannedText')
  if (!isScalarType(scalar)) throw new Error('expected a schema with the scalar PlannedText, got one without it')
  for (const [path, read] of Object.entries(RELATIONS)) {
    const [typeName, name] = path.split('.')
    const type = schema.getType(typeName)
    if (!isObjectType(type)) throw new Error(`expected an object type ${typeName}, got none`)
    const fields = type.getFields()
    fields[toPlanned(name)] = {
      ...fields[name],
      name: toPlanned(name),
      type: new GraphQLNonNull(scalar),
      resolve: async (source, _args, context, info) => {
        const shape = shapeOf(info)
        const found = shape && (await read(source as never, shape, context))
        if (!found) throw new Error(`${path}: expected rows, got none`)
        return new JsonText(found.text, 0)
      },
    }
  }
}

/** The field of the JSON of a relation; null if PostgreSQL cannot write what is selected below it. */
export function planRelation(document: PlannedDocument, type: GraphQLObjectType, node: FieldNode): FieldNode | null {
  if (!Object.hasOwn(RELATIONS, `${type.name}.${node.name.value}`) || !node.selectionSet) return null
  const target = getNamedType(type.getFields()[node.name.value].type)
  const shape = isObjectType(target) ? readShape(document, target, [node.selectionSet]) : null
  if (!shape) return null
  const name = { kind: Kind.NAME, value: toPlanned(node.name.value) } as const
  return keepShape({ ...node, alias: node.alias ?? node.name, name, selectionSet: undefined }, shape)
}
