import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql'
import { leaveOutNulls } from '../operation-limits/absent-arguments.js'

type Resolver = GraphQLFieldResolver<unknown, unknown>

/** Makes every resolver of a schema receive its arguments without nulls (see `leaveOutNulls`). Returns the same schema. */
export function treatNullAsAbsent(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const { args, resolve = defaultFieldResolver, subscribe } = field
      if (args.length === 0) continue
      const wrap =
        (inner: Resolver): Resolver =>
        (source, values, context, info) =>
          inner(source, leaveOutNulls(args, values), context, info)
      field.resolve = wrap(resolve)
      if (subscribe) field.subscribe = wrap(subscribe)
    }
  }
  return schema
}
