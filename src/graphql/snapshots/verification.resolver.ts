import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import type { DatasetRow, VerificationRow } from '../../db/loaders.js'
import { getValidInteger } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Verification } from './verification.type.js'

const MOST = 100

@Resolver(() => Dataset)
export class DatasetVerificationsResolver {
  @FieldResolver(() => [Verification], {
    description:
      'The last results of `actbench verify`, which trains runs of the dataset again and compares them; newest first.',
  })
  verifications(
    @Root() { id }: DatasetRow,
    @Arg('first', () => Int, { nullable: true, defaultValue: 5, description: 'The most results, 1 to 100.' })
    first: number,
    @Ctx() { loaders }: Context,
  ): Promise<VerificationRow[]> {
    return loaders.verifications(getValidInteger('first', first, 1, MOST)).load(id)
  }
}
