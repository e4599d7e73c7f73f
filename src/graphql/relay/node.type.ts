import { Field, ID, InterfaceType } from 'type-graphql'

/** What `node` gives: a row with the name of its type. */
export interface NodeSource {
  readonly __typename: string
}

@InterfaceType({
  description: 'An object with an id of its own, which `node` resolves.',
  resolveType: (value: NodeSource) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, global and stable.' })
  id!: unknown
}
