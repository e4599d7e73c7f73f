import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import { type DatasetRow, type RunRow, runsPage } from '../../db/loaders.js'
import { getValidInteger } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import { RunConnection } from '../evaluations/run.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { PageArguments } from '../relay/page-arguments.js'
import { Dataset } from './dataset.type.js'

/** The single runs of a dataset. */
@Resolver(() => Dataset)
export class DatasetRunsResolver {
  @FieldResolver(() => RunConnection, {
    description: 'Every single run of the dataset, of all its versions, newest first.',
  })
  runs(
    @Root() { id }: DatasetRow,
    @Arg('seed', () => Int, {
      nullable: true,
      description: 'Only runs with this seed, from 0 to 2147483647. Default: all, also those of unknown seeds.',
    })
    seed: number | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<RunRow>> {
    const wanted = seed == null ? null : getValidInteger('seed', seed, 0, 2 ** 31 - 1)
    return listConnection(loaders, args, {
      cursor: { name: `runs ${wanted ?? 'all'}`, value: 'none', key: 'int' },
      list: runsPage({ seed: wanted }),
      parent: id,
      toNode: (row) => row,
    })
  }
}
