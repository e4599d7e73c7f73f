import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql'
import { type DatasetRow, type SnapshotRow as Row, snapshotsPage } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { METRICS } from '../../metrics.js'
import { citeSnapshot } from '../../services/snapshots/cite-snapshot.js'
import { refusePending } from '../../services/snapshots/get-snapshot.js'
import { readSnapshotLeaderboard } from '../../services/snapshots/read-snapshot.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivationOf } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Metric } from '../enums.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments, readWindow } from '../relay/page-arguments.js'
import { toConnection } from './page-of-rows.js'
import { Snapshot, SnapshotConnection, SnapshotRow, SnapshotRowConnection } from './snapshot.type.js'

/** A row of the leaderboard of a snapshot before its activation is read. */
interface RankedRow {
  readonly activationId: string
  readonly expression: string
  readonly place: number
}

@Resolver(() => Dataset)
export class DatasetSnapshotsResolver {
  @FieldResolver(() => SnapshotConnection, {
    description:
      'Immutable copies of the evaluations and runs, newest first. Deleted ones are listed too, with `deletedAt`.',
  })
  snapshots(
    @Root() { id }: DatasetRow,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<Row>> {
    return listConnection(loaders, args, {
      cursor: { name: 'snapshots', value: 'none', key: 'int' },
      list: snapshotsPage(),
      parent: id,
      toNode: (row) => row,
    })
  }

  @FieldResolver(() => Snapshot, {
    nullable: true,
    description: `The snapshot with this name, also if it was deleted; null if there is none. Fails with SERVICE_UNAVAILABLE in the
seconds after the first start, until the snapshot of the shipped version is made.`,
  })
  async snapshot(
    @Root() { id, name: dataset }: DatasetRow,
    @Arg('name', () => String, { description: 'The name of a snapshot of the dataset, such as `v2`.' }) name: string,
    @Ctx() { loaders, database }: Context,
  ): Promise<Row | null> {
    const found = await loaders.snapshotByName.load({ dataset, name })
    if (!found) await refusePending(database.kysely, { dataset, name })
    // A snapshot of an earlier dataset of the same name is not of this one.
    return found?.datasetId === id ? found : null
  }
}

@Resolver(() => Snapshot)
export class SnapshotResolver {
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: Row): string {
    return toGlobalId('Snapshot', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset, as it is now.' })
  async dataset(@Root() { datasetName, datasetId }: Row, @Ctx() context: Context): Promise<DatasetRow> {
    const dataset = datasetId === null ? null : await context.loaders.dataset.load(datasetId)
    if (dataset) return dataset
    throw new ActbenchError(
      'NOT_FOUND',
      `dataset: ${datasetName} was deleted; only the names of its snapshots are kept`,
    )
  }

  @FieldResolver(() => String, {
    description:
      'How to cite the snapshot, as BibTeX: its own entry, then the reference that the dataset asked for when it was made.',
  })
  citation(@Root() snapshot: Row): string {
    return citeSnapshot(snapshot)
  }

  @FieldResolver(() => SnapshotRowConnection, {
    description: 'The leaderboard as it was. Rows without the metric come last. A deleted snapshot has no rows.',
  })
  async leaderboard(
    @Root() snapshot: Row,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'The metric to rank by: the highest accuracy is best, or the lowest loss or runtime.',
    })
    metric: Metric,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { database }: Context,
  ): Promise<Connection<RankedRow>> {
    const cursor = { name: `snapshot ${metric}`, value: 'none', key: 'int' } as const
    const { size, isBackward, after, before } = readWindow(args, cursor)
    const total = snapshot.deletedAt === null ? snapshot.evaluationCount : 0
    const start = after === null ? 0 : Math.max(0, Number(after.key) + 1)
    const end = before === null ? total : Math.min(total, Number(before.key))
    const from = isBackward ? Math.max(start, end - size) : start
    const count = Math.max(0, Math.min(size, end - from))
    const page = count > 0 ? await readSnapshotLeaderboard(database.kysely, snapshot, { metric, from, count }) : []
    const nodes = page.map((row) => ({ ...row, value: row[METRICS[metric].property] }))
    return toConnection({
      ...{ nodes, hasPreviousPage: from > 0, hasNextPage: from + count < total },
      ...{ cursor, keyOf: ({ place }) => place },
      count: async () => total,
    })
  }
}

@Resolver(() => SnapshotRow)
export class SnapshotRowResolver {
  @FieldResolver(() => Activation, { description: 'The activation function, as the service knows it now.' })
  activation(@Root() row: RankedRow, @Ctx() context: Context): Promise<ActivationSource> {
    return findActivationOfLine(context, row)
  }
}

/** The activation of a line of a snapshot. If its id was computed again since, the expression leads to it. */
export async function findActivationOfLine(
  context: Context,
  { activationId, expression }: Pick<RankedRow, 'activationId' | 'expression'>,
): Promise<ActivationSource> {
  const stored = await context.loaders.activationByIdentity.load(activationId)
  return stored ? { ...stored, spelling: expression } : getActivationOf(context, expression)
}
