import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { describeProperties } from '../../services/activations/describe-properties.js'
import type { Context } from '../context.js'
import type { ActivationProperty } from '../enums.js'
import { Activation, type ActivationSource } from './activation.type.js'
import { ActivationProperties } from './activation-properties.type.js'

@Resolver(() => Activation)
export class ActivationPropertiesResolver {
  @FieldResolver(() => ActivationProperties, {
    description: 'How the function looks: symmetry, monotonicity, bounds, smoothness, slopes, turning points.',
  })
  async properties(
    @Root() { id, expression }: ActivationSource,
    @Ctx() { loaders }: Context,
  ): Promise<ActivationProperties> {
    const stored = id === null ? null : await loaders.activationProperties.load(id)
    const { sampled, ...properties } = stored ?? (await describeProperties(expression))
    return { ...properties, sampled: sampled.map((name) => PROPERTIES[name]) }
  }
}

const PROPERTIES: Readonly<Record<string, ActivationProperty>> = {
  isEven: 'IS_EVEN',
  isOdd: 'IS_ODD',
  isMonotone: 'IS_MONOTONE',
  isBounded: 'IS_BOUNDED',
  isSmooth: 'IS_SMOOTH',
}
