import { Field, ObjectType } from 'type-graphql'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Dataset } from './dataset.type.js'

@ObjectType({ simpleResolvers: true, description: 'What became of a request to create a dataset.' })
export class CreateDatasetPayload {
  @Field(() => Dataset, { description: 'The new dataset, of origin REPORTED.' })
  dataset!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a reported evaluation.' })
export class AddEvaluationPayload {
  @Field(() => Evaluation, { description: 'The evaluation with the medians over its runs.' })
  evaluation!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request to delete a dataset.' })
export class DeleteDatasetPayload {
  @Field(() => String, { description: 'The name that is free again.' })
  name!: string
}
