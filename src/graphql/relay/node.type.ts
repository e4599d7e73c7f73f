import { Field, ID, InterfaceType } from 'type-graphql'

/** A row with the name of its type, as `node` returns it. */
export interface NodeSource {
  readonly __typename: string
}

@InterfaceType({
  description: 'An object with a global id. The query `node` returns the object for its id.',
  resolveType: (value: NodeSource) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id!: unknown
}
