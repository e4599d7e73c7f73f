import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { createDataset } from '../../services/datasets/create-dataset.js'
import { deleteDataset } from '../../services/datasets/delete-dataset.js'
import { updateDataset } from '../../services/datasets/update-dataset.js'
import { addEvaluation } from '../../services/evaluations/add-evaluation.js'
import { addEvaluations } from '../../services/evaluations/add-evaluations.js'
import { deleteRun } from '../../services/evaluations/delete-run.js'
import type { Context } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import {
  AddEvaluationInput,
  AddEvaluationsInput,
  CreateDatasetInput,
  UpdateDatasetInput,
} from './dataset-mutations.input.js'
import {
  AddEvaluationPayload,
  AddEvaluationsPayload,
  CreateDatasetPayload,
  DeleteDatasetPayload,
  DeleteRunPayload,
  UpdateDatasetPayload,
} from './dataset-mutations.type.js'

@Resolver()
export class DatasetMutationsResolver {
  @Mutation(() => CreateDatasetPayload, {
    nullable: true,
    description:
      "Create an empty dataset that belongs to the client's key. A key can own at most 100 datasets. Scope: DATASET.",
  })
  @NeedsScope('DATASET')
  createDataset(
    @Arg('input', () => CreateDatasetInput, { description: 'The properties of the new dataset.' })
    input: CreateDatasetInput,
    @Ctx() context: Context,
  ): Promise<CreateDatasetPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      dataset: await createDataset(context.database, viewer, input),
    }))
  }

  @Mutation(() => UpdateDatasetPayload, {
    nullable: true,
    description: `Change the description, the search space or the description of the recipe of a dataset of origin REPORTED
that belongs to the client's key. A key with the scope ADMIN can change every dataset except those that ship with the service.
Scope: DATASET.`,
  })
  @NeedsScope('DATASET')
  updateDataset(
    @Arg('input', () => UpdateDatasetInput, { description: 'The dataset and its new properties.' })
    input: UpdateDatasetInput,
    @Ctx() context: Context,
  ): Promise<UpdateDatasetPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      dataset: await updateDataset(context.database, viewer, input),
    }))
  }

  @Mutation(() => AddEvaluationPayload, {
    nullable: true,
    description: "Add the metrics of one training run to a dataset that belongs to the client's key. Scope: DATASET.",
  })
  @NeedsScope('DATASET')
  addEvaluation(
    @Arg('input', () => AddEvaluationInput, { description: 'The dataset, the expression and the measured metrics.' })
    input: AddEvaluationInput,
    @Ctx() context: Context,
  ): Promise<AddEvaluationPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      evaluation: await addEvaluation(context.database, viewer, input),
    }))
  }

  @Mutation(() => AddEvaluationsPayload, {
    nullable: true,
    description: `Add the metrics of up to 1000 training runs to a dataset that belongs to the client's key: all of them,
or none. Scope: DATASET.`,
  })
  @NeedsScope('DATASET')
  addEvaluations(
    @Arg('input', () => AddEvaluationsInput, { description: 'The dataset and the measured runs.' })
    input: AddEvaluationsInput,
    @Ctx() context: Context,
  ): Promise<AddEvaluationsPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      evaluations: await addEvaluations(context.database, viewer, input),
    }))
  }

  @Mutation(() => DeleteRunPayload, {
    nullable: true,
    description: `Delete a run of a dataset of origin REPORTED. The medians of its evaluation follow; with its last run, the
evaluation is deleted too. Needs the key that reported the run, the key that owns the dataset, or a key with the
scope ADMIN.`,
  })
  @NeedsScope(null)
  deleteRun(
    @Arg('id', () => ID, { description: 'The id of the run.' }) id: string,
    @Ctx() context: Context,
  ): Promise<DeleteRunPayload> {
    return withScope(context, null, async (viewer) => {
      await deleteRun(context.database, viewer, parseIdOf('Run', id, 'id'))
      return { id }
    })
  }

  @Mutation(() => DeleteDatasetPayload, {
    nullable: true,
    description: `Delete a dataset with its evaluations, surrogates, searches and trainings. The owner can delete a dataset of
origin REPORTED; the error is CONFLICT while another key has an active search or an unfinished training in it. A key with
the scope ADMIN can delete every dataset except those that ship with the service. Scope: DATASET.`,
  })
  @NeedsScope('DATASET')
  deleteDataset(
    @Arg('name', () => String, { description: 'The name of a dataset, such as `act-bench-cnn`.' }) name: string,
    @Ctx() context: Context,
  ): Promise<DeleteDatasetPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      name: await deleteDataset(context.database, viewer, name),
    }))
  }
}
