import { Field, Float, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'A point of a function and its derivative.' })
export class CurvePoint {
  @Field(() => Float, { description: 'The input.' })
  x!: number

  @Field(() => Float, { nullable: true, description: 'The value; null where it is not finite.' })
  y!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The derivative, that of one side at a kink; null where it is not finite.',
  })
  derivative!: number | null
}
