import { Field, Float, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'A point on the curve of a function, with the derivative there.' })
export class CurvePoint {
  @Field(() => Float, { description: 'The input of the function.' })
  x!: number

  @Field(() => Float, { nullable: true, description: 'The value of the function at x; null if it is not finite.' })
  y!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The derivative at x; at a kink, the derivative of one side. Null if it is not finite.',
  })
  derivative!: number | null
}
