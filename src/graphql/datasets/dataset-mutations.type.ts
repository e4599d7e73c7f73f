import { Field, ID, ObjectType } from 'type-graphql'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Dataset } from './dataset.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `createDataset`.' })
export class CreateDatasetPayload {
  @Field(() => Dataset, { description: 'The new dataset, of origin REPORTED.' })
  dataset!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `updateDataset`.' })
export class UpdateDatasetPayload {
  @Field(() => Dataset, { description: 'The dataset with its new properties.' })
  dataset!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `addEvaluation`.' })
export class AddEvaluationPayload {
  @Field(() => Evaluation, {
    description: 'The evaluation of the function. Its metrics are medians over all its runs, the new run included.',
  })
  evaluation!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `addEvaluations`.' })
export class AddEvaluationsPayload {
  @Field(() => [Evaluation], {
    description: `The evaluation of each row, in the order of the rows. Its metrics are medians over all runs of the
function, the new runs included.`,
  })
  evaluations!: unknown[]
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteRun`.' })
export class DeleteRunPayload {
  @Field(() => ID, { description: 'The id of the deleted run.' })
  id!: string
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteDataset`.' })
export class DeleteDatasetPayload {
  @Field(() => String, { description: 'The name of the deleted dataset. A new dataset can use it again.' })
  name!: string
}
