import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { createSnapshot } from '../../services/snapshots/create-snapshot.js'
import { deleteSnapshot } from '../../services/snapshots/delete-snapshot.js'
import type { Context } from '../context.js'
import { NeedsScope, withScope } from '../with-scope.js'
import {
  CreateSnapshotInput,
  CreateSnapshotPayload,
  DeleteSnapshotInput,
  DeleteSnapshotPayload,
} from './snapshot-mutations.type.js'

@Resolver()
export class SnapshotMutationsResolver {
  @Mutation(() => CreateSnapshotPayload, {
    nullable: true,
    description: `Make an immutable copy of the evaluations and runs of a dataset, which people can cite. Scope: DATASET for one's own
datasets, ADMIN for all.`,
  })
  @NeedsScope('DATASET')
  createSnapshot(
    @Arg('input', () => CreateSnapshotInput, { description: 'The dataset, and the name of the snapshot.' })
    input: CreateSnapshotInput,
    @Ctx() context: Context,
  ): Promise<CreateSnapshotPayload> {
    return withScope(context, 'DATASET', async (viewer) => ({
      snapshot: await createSnapshot(context.database, viewer, input),
    }))
  }

  @Mutation(() => DeleteSnapshotPayload, {
    nullable: true,
    description: `Delete the data of a snapshot. Its name, checksum and dates stay, and its addresses answer with the reason. Scope:
ADMIN.`,
  })
  @NeedsScope('ADMIN')
  deleteSnapshot(
    @Arg('input', () => DeleteSnapshotInput, { description: 'The snapshot, and why it is deleted.' })
    input: DeleteSnapshotInput,
    @Ctx() context: Context,
  ): Promise<DeleteSnapshotPayload> {
    return withScope(context, 'ADMIN', async (viewer) => ({
      snapshot: await deleteSnapshot(context.database, viewer, input),
    }))
  }
}
