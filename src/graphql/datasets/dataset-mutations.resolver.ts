import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { createDataset } from '../../services/datasets/create-dataset.js'
import { deleteDataset } from '../../services/datasets/delete-dataset.js'
import { addEvaluation } from '../../services/evaluations/add-evaluation.js'
import type { Context } from '../context.js'
import { mutate, NeedsScope } from '../mutate.js'
import { AddEvaluationInput, CreateDatasetInput } from './dataset-mutations.input.js'
import { AddEvaluationPayload, CreateDatasetPayload, DeleteDatasetPayload } from './dataset-mutations.type.js'

@Resolver()
export class DatasetMutationsResolver {
  @Mutation(() => CreateDatasetPayload, { description: "Create a dataset of one's own. Scope: DATASET." })
  @NeedsScope('DATASET')
  createDataset(
    @Arg('input', () => CreateDatasetInput, { description: 'What it is.' }) input: CreateDatasetInput,
    @Ctx() context: Context,
  ): Promise<CreateDatasetPayload> {
    return mutate(context, 'DATASET', async (viewer) => ({
      dataset: await createDataset(context.database, viewer, input),
    }))
  }

  @Mutation(() => AddEvaluationPayload, { description: "Add to a dataset of one's own. Scope: DATASET." })
  @NeedsScope('DATASET')
  addEvaluation(
    @Arg('input', () => AddEvaluationInput, { description: 'What was measured.' }) input: AddEvaluationInput,
    @Ctx() context: Context,
  ): Promise<AddEvaluationPayload> {
    return mutate(context, 'DATASET', async (viewer) => ({
      evaluation: await addEvaluation(context.database, viewer, input),
    }))
  }

  @Mutation(() => DeleteDatasetPayload, {
    description: "Its owner's, and only where its origin is REPORTED. Scope: DATASET.",
  })
  @NeedsScope('DATASET')
  deleteDataset(
    @Arg('name', () => String, { description: 'The name of the dataset.' }) name: string,
    @Ctx() context: Context,
  ): Promise<DeleteDatasetPayload> {
    return mutate(context, 'DATASET', async (viewer) => ({
      name: await deleteDataset(context.database, viewer, name),
    }))
  }
}
