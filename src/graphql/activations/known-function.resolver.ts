import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../context.js'
import { Activation, type ActivationSource } from './activation.type.js'
import { getActivationOf } from './find-named.js'
import { KnownFunction } from './known-function.type.js'

@Resolver(() => KnownFunction)
export class KnownFunctionResolver {
  @FieldResolver(() => Activation, { description: 'The activation function that the formula computes.' })
  activation(@Root() { expression }: KnownFunction, @Ctx() context: Context): Promise<ActivationSource> {
    return getActivationOf(context, expression)
  }
}
