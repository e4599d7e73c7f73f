import { Field, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list goes on after this page.' })
  hasNextPage!: boolean

  @Field(() => Boolean, { description: 'Whether the list has something before this page.' })
  hasPreviousPage!: boolean

  @Field(() => String, { nullable: true, description: 'The cursor of the first row; null where there is none.' })
  startCursor!: string | null

  @Field(() => String, { nullable: true, description: 'The cursor of the last row; null where there is none.' })
  endCursor!: string | null
}
