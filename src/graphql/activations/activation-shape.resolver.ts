import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql'
import { compileExpression } from '../../activations/compile-expression.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { listScaledTwins } from '../../services/activations/list-scaled-twins.js'
import { writeCode } from '../../services/activations/write-code.js'
import { neighbours as findNeighbours } from '../../services/neighbours/neighbours.js'
import { normalizesActivation } from '../../services/normalizes-activation.js'
import { getValidInteger, getValidNumber, refuseInput } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import { CodeTarget, FeatureSpace } from '../enums.js'
import { Activation, type ActivationSource } from './activation.type.js'
import { CurvePoint } from './curve-point.type.js'
import { getDatasetByName, getRow } from './find-named.js'
import { Neighbour } from './neighbour.type.js'

/** The curve of an activation, its code and its nearest neighbours. */
@Resolver(() => Activation)
export class ActivationShapeResolver {
  @FieldResolver(() => [CurvePoint], {
    description: 'Points of the function and of its derivative, for a plot. The points have equal distances in x.',
  })
  curve(
    @Root() { expression }: ActivationSource,
    @Arg('from', () => Float, {
      nullable: true,
      defaultValue: -5,
      description: 'The x of the first point; less than `to`.',
    })
    from: number,
    @Arg('to', () => Float, {
      nullable: true,
      defaultValue: 5,
      description: 'The x of the last point; greater than `from`.',
    })
    to: number,
    @Arg('points', () => Int, { nullable: true, defaultValue: 201, description: 'Number of points, from 2 to 2001.' })
    points: number,
  ): CurvePoint[] {
    const count = getValidInteger('points', points, 2, 2001)
    const start = getValidNumber('from', from)
    const end = getValidNumber('to', to)
    if (!(start < end) || !Number.isFinite(end - start))
      refuseInput('to', `a finite distance above from (${start})`, end)
    return computeCurve(expression, start, end, count)
  }

  @FieldResolver(() => String, {
    description: `Source text of a function of this name that computes it, or of a module if it has learnable parameters. NumPy, which
does not derive, gets the derivatives as functions.`,
  })
  async code(
    @Root() { expression, spelling = expression }: ActivationSource,
    @Ctx() context: Context,
    @Arg('target', () => CodeTarget, { description: 'The framework or language.' }) target: CodeTarget,
    @Arg('name', () => String, {
      nullable: true,
      defaultValue: 'activation',
      description: 'The name of the function: letters, digits and underscores, at most 64.',
    })
    name: string,
    @Arg('normalizedFor', () => String, {
      nullable: true,
      description:
        'The name of a dataset, such as `mini-cnn`. If its networks normalise activations, the code does the same: mean 0 and standard deviation 1 for standard normal input.',
    })
    normalizedFor: string | null | undefined,
  ): Promise<string> {
    const isPlain = normalizedFor === null || normalizedFor === undefined
    const dataset = isPlain ? null : await getDatasetByName(context, normalizedFor, 'normalizedFor')
    const normalized = dataset && {
      dataset: dataset.name,
      normalizes: await normalizesActivation(context.database, dataset.name),
    }
    return writeCode(spelling, { target, name, normalizedFor: normalized })
  }

  @FieldResolver(() => [Activation], {
    description: `Stored functions a f + b of this function f, with a > 0: functions that a network which normalises its activations trains
alike, such as exp(x) and expm1(x). The shortest expressions come first. Empty for a function that is not finite or that has
learnable parameters.`,
  })
  async scaledTwins(
    @Root() { expression }: ActivationSource,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: 10,
      description: 'Number of functions to return, from 1 to 100.',
    })
    first: number,
    @Ctx() { database, loaders }: Context,
  ): Promise<ActivationSource[]> {
    const ids = await listScaledTwins(database, expression, getValidInteger('first', first, 1, 100))
    return Promise.all(ids.map((id) => getRow(loaders.activation, id)))
  }

  @FieldResolver(() => [Neighbour], {
    description:
      'The stored activation functions that are nearest to this one in a feature space, nearest first. This function is not among them.',
  })
  neighbours(
    @Root() { id, identityHex, expression }: ActivationSource,
    @Ctx() { database }: Context,
    @Arg('dataset', () => String, {
      nullable: true,
      description:
        'The name of the dataset whose spectra or map give the distances. Required unless `space` is OUTPUTS.',
    })
    dataset: string | null | undefined,
    @Arg('space', () => FeatureSpace, {
      nullable: true,
      defaultValue: 'OUTPUTS',
      description: 'The feature space in which distances are measured.',
    })
    space: FeatureSpace,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: 10,
      description: 'Number of neighbours to return, from 1 to 100.',
    })
    first: number,
  ): Promise<readonly Neighbour[]> {
    return findNeighbours(database, {
      activationId: id,
      identityHex,
      outputs: describeActivation(expression).outputs,
      datasetName: dataset ?? null,
      space,
      first: getValidInteger('first', first, 1, 100),
    })
  }
}

@Resolver(() => Neighbour)
export class NeighbourResolver {
  @FieldResolver(() => Activation, { description: 'The activation function that is near.' })
  activation(@Root() { activationId }: Neighbour, @Ctx() { loaders }: Context): Promise<ActivationSource> {
    return getRow(loaders.activation, activationId)
  }
}

function computeCurve(text: string, from: number, to: number, points: number): CurvePoint[] {
  const { value, derivative } = compileExpression(describeActivation(text).expression)
  return Array.from({ length: points }, (_, index) => {
    // The last point is exactly `to`; the formula could miss it by a rounding error.
    const x = index === points - 1 ? to : from + ((to - from) * index) / (points - 1)
    return { x, y: finiteOrNull(value(x)), derivative: finiteOrNull(derivative(x)) }
  })
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
