import type { GraphQLSchema } from 'graphql'

/** TypeGraphQL creates the three root types from many resolvers, so no resolver can describe them. */
const DESCRIPTIONS = {
  Query: `Everything that clients can read, without a key. Reading changes nothing that other clients read. An object that
several queries return has the same global \`id\` everywhere; \`node\` returns it again.`,
  Mutation: `Everything that clients can change. Each mutation names the scope that its key needs. A mutation is done
completely or not at all. If it fails, it is null, with an error; other mutations of the operation are not affected.`,
  Subscription: `Changes as they happen, over a web socket at \`/graphql/ws\` (protocol graphql-transport-ws) or as
server-sent events. After a reconnect, to any server, a subscription first sends the current state.`,
} as const

/** Gives the root types their descriptions. */
export function describeRoots(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, description] of Object.entries(DESCRIPTIONS)) {
    const type = schema.getType(name)
    if (type) type.description = description
  }
  return schema
}
