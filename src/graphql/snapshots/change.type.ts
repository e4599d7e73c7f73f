import { Field, Float, Int, ObjectType } from 'type-graphql'
import { ChangeKind } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'

@ObjectType({ simpleResolvers: true, description: 'How an evaluation stands, or stood, at a moment.' })
export class EvaluationState {
  @Field(() => Float, {
    nullable: true,
    description: 'The validation accuracy at that moment; null if it was missing.',
  })
  validationAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'The test accuracy at that moment; null if it was missing.' })
  testAccuracy!: number | null

  @Field(() => Int, { description: 'Number of runs at that moment.' })
  runCount!: number
}

@ObjectType({ simpleResolvers: true, description: 'An evaluation that differs between two states of a dataset.' })
export class EvaluationChange {
  @Field(() => ChangeKind, { description: 'Whether the evaluation was added, removed or changed.' })
  kind!: string

  @Field(() => String, { description: 'The expression that was evaluated.' })
  expression!: string

  @Field(() => EvaluationState, {
    nullable: true,
    description: 'The state before. Null if it was added, or changed since a time for which no snapshot was asked for.',
  })
  before!: EvaluationState | null

  @Field(() => EvaluationState, { nullable: true, description: 'The state after; null if it was removed.' })
  after!: EvaluationState | null
}

export const EvaluationChangeConnection = createConnectionType(
  () => EvaluationChange,
  'EvaluationChange',
  'changes of a dataset',
)
