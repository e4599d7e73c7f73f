import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql'
import { compileExpression } from '../../activations/compile-expression.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { neighbours as findNeighbours } from '../../services/neighbours/neighbours.js'
import { getValidInteger, getValidNumber, refuseInput, requireGiven } from '../bounds.js'
import type { Context } from '../context.js'
import { FeatureSpace } from '../enums.js'
import { Activation, type ActivationSource } from './activation.type.js'
import { CurvePoint } from './curve-point.type.js'
import { getRow } from './find-named.js'
import { Neighbour } from './neighbour.type.js'

/** What an activation looks like, and what looks like it. */
@Resolver(() => Activation)
export class ActivationShapeResolver {
  @FieldResolver(() => [CurvePoint], { description: 'Points of the function and its derivative, for plotting.' })
  curve(
    @Root() { expression }: ActivationSource,
    @Arg('from', () => Float, { nullable: true, defaultValue: -5, description: 'The first x.' }) from: number | null,
    @Arg('to', () => Float, { nullable: true, defaultValue: 5, description: 'The last x; above the first.' })
    to: number | null,
    @Arg('points', () => Int, { nullable: true, defaultValue: 201, description: 'How many, 2 to 2001.' })
    points: number | null,
  ): CurvePoint[] {
    const count = getValidInteger('points', requireGiven('points', points), 2, 2001)
    const start = getValidNumber('from', requireGiven('from', from))
    const end = getValidNumber('to', requireGiven('to', to))
    if (!(start < end) || !Number.isFinite(end - start))
      refuseInput('to', `a finite distance above from (${start})`, end)
    return computeCurve(expression, start, end, count)
  }

  @FieldResolver(() => [Neighbour], {
    description: 'The nearest activation functions, nearest first, in the given feature space.',
  })
  neighbours(
    @Root() { id, identityHex, expression }: ActivationSource,
    @Ctx() { database }: Context,
    @Arg('dataset', () => String, { nullable: true, description: 'The dataset whose spectra or map are meant.' })
    dataset: string | null | undefined,
    @Arg('space', () => FeatureSpace, { nullable: true, defaultValue: 'OUTPUTS', description: 'Near in what.' })
    space: FeatureSpace | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10, description: 'How many, 1 to 100.' })
    first: number | null,
  ): Promise<readonly Neighbour[]> {
    return findNeighbours(database, {
      activationId: id,
      identityHex,
      outputs: describeActivation(expression).outputs,
      datasetName: dataset ?? null,
      space: requireGiven('space', space),
      first: getValidInteger('first', requireGiven('first', first), 1, 100),
    })
  }
}

@Resolver(() => Neighbour)
export class NeighbourResolver {
  @FieldResolver(() => Activation, { description: 'The neighbour.' })
  activation(@Root() { activationId }: Neighbour, @Ctx() { loaders }: Context): Promise<ActivationSource> {
    return getRow(loaders.activation, activationId)
  }
}

function computeCurve(text: string, from: number, to: number, points: number): CurvePoint[] {
  const { value, derivative } = compileExpression(describeActivation(text).expression)
  return Array.from({ length: points }, (_, index) => {
    // The last point is `to` itself, whatever the rounding of a step.
    const x = index === points - 1 ? to : from + ((to - from) * index) / (points - 1)
    return { x, y: finiteOrNull(value(x)), derivative: finiteOrNull(derivative(x)) }
  })
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
