import { Field, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether the list has rows after this page.' })
  hasNextPage!: boolean

  @Field(() => Boolean, { description: 'Whether the list has rows before this page.' })
  hasPreviousPage!: boolean

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first row of the page; null if the page is empty.',
  })
  startCursor!: string | null

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last row of the page; null if the page is empty. Pass it as `after` to get the next page.',
  })
  endCursor!: string | null
}
