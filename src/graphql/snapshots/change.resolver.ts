import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { DatasetRow } from '../../db/loaders.js'
import { type DatasetChange, readChanges } from '../../services/snapshots/list-changes.js'
import { isBefore } from '../../services/snapshots/read-snapshot.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivationOf } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { DateTime } from '../date-time.scalar.js'
import type { Connection } from '../relay/connection.js'
import { PageArguments, readWindow } from '../relay/page-arguments.js'
import { EvaluationChange, EvaluationChangeConnection } from './change.type.js'
import { toConnection } from './page-of-rows.js'

@Resolver(() => Dataset)
export class DatasetChangesResolver {
  @FieldResolver(() => EvaluationChangeConnection, {
    description: `What changed between two snapshots, between a snapshot and now, or since a time: evaluations that were added, removed
or changed, in the order of their expressions.`,
  })
  async changes(
    @Root() dataset: DatasetRow,
    @Arg('from', () => String, {
      nullable: true,
      description:
        'The name of the snapshot to start from. Default: the newest one; if there is none, all evaluations were added.',
    })
    from: string | null | undefined,
    @Arg('to', () => String, {
      nullable: true,
      description: 'The name of the snapshot to compare it with. Default: the present state.',
    })
    to: string | null | undefined,
    @Arg('since', () => DateTime, { nullable: true, description: 'A time, instead of `from`.' })
    since: Date | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { database }: Context,
  ): Promise<Connection<DatasetChange>> {
    const request = { from: from ?? null, to: to ?? null, since: since ?? null }
    const cursor = { name: `changes ${JSON.stringify(request)}`, value: 'none', key: 'text' } as const
    const { size, isBackward, after, before } = readWindow(args, cursor)
    const rows: DatasetChange[] = []
    let isMore = false
    for await (const change of readChanges(database, dataset, request, after === null ? null : String(after.key))) {
      if (before !== null && !isBefore(change.expression, String(before.key))) break
      rows.push(change)
      isMore = rows.length > size
      if (isMore && !isBackward) break
      if (rows.length > size + 1) rows.shift()
    }
    return toConnection({
      nodes: isBackward ? rows.slice(-size) : rows.slice(0, size),
      hasPreviousPage: after !== null || (isBackward && isMore),
      hasNextPage: before !== null || (!isBackward && isMore),
      ...{ cursor, keyOf: ({ expression }) => expression },
      count: async () => {
        let count = 0
        for await (const _ of readChanges(database, dataset, request)) count++
        return count
      },
    })
  }
}

@Resolver(() => EvaluationChange)
export class EvaluationChangeResolver {
  @FieldResolver(() => Activation, { description: 'The activation function of the evaluation.' })
  activation(@Root() { expression }: DatasetChange, @Ctx() context: Context): Promise<ActivationSource> {
    return getActivationOf(context, expression)
  }
}
