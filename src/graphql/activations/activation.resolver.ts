import { LRUCache } from 'lru-cache'
import { Arg, Args, Ctx, FieldResolver, Float, ID, Resolver, Root } from 'type-graphql'
import { computeGaussianMoments, type GaussianMoments } from '../../activations/gaussian-moments.js'
import { type EvaluationRow, expressionsPage, toLittleEndianBytes } from '../../db/loaders.js'
import { describeActivation, listInitialValues } from '../../services/activations/describe-activation.js'
import { namesOf } from '../../services/activations/find-known-functions.js'
import type { Context } from '../context.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments } from '../relay/page-arguments.js'
import { Activation, type ActivationSource, ExpressionConnection } from './activation.type.js'
import { recordDescribed } from './described.js'
import { FeatureVector, toFeatureVector } from './feature-vector.type.js'
import { findEvaluation, getDatasetByName } from './find-named.js'

@Resolver(() => Activation)
export class ActivationResolver {
  @FieldResolver(() => ID, {
    description:
      'The global id of this function. It depends only on the function, so that every spelling has the same id on every server.',
  })
  id(@Root() activation: ActivationSource, @Ctx() context: Context): string | Promise<string> {
    const id = toGlobalId('Activation', activation.identityHex)
    // Only a function that is not stored needs a promise: a page has many rows.
    return activation.id === null ? recordDescribed(context, activation).then(() => id) : id
  }

  @FieldResolver(() => [Float], {
    description: `The initial values of the learnable parameters of the representative, each parameter once, in the order of its text:
\`[0.25]\` for \`where(greater(x,0),x,mul(param(0.25),x))\`. Empty if it has none.`,
  })
  parameters(@Root() { expression }: ActivationSource): number[] {
    return listInitialValues(expression)
  }

  @FieldResolver(() => [String], {
    description:
      'Its names in the literature, such as SiLU, the usual ones first. They belong to the function, whatever its spelling. Empty if it has none.',
  })
  names(@Root() { identityHex }: ActivationSource): readonly string[] | Promise<readonly string[]> {
    return namesOf(identityHex)
  }

  @FieldResolver(() => ExpressionConnection, {
    description:
      'The known expressions that compute this function, the representative first, such as `swish(x)` and `mul(x,sigmoid(x))`.',
  })
  equivalents(
    @Root() activation: ActivationSource,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<string>> {
    return listConnection(loaders, args, {
      cursor: { name: 'equivalents', value: 'int', key: 'text' },
      list: expressionsPage(activation.id === null ? activation.expression : null),
      parent: activation.id ?? 0,
      toNode: (row) => row.text,
    })
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Mean of the output if the input has a standard normal distribution; null if the integral is not finite.',
  })
  async gaussianMean(@Root() { expression }: ActivationSource): Promise<number | null> {
    return (await computeMoments(expression)).mean
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Standard deviation of the output if the input has a standard normal distribution; null if the integral is not finite.',
  })
  async gaussianStandardDeviation(@Root() { expression }: ActivationSource): Promise<number | null> {
    return (await computeMoments(expression)).standardDeviation
  }

  @FieldResolver(() => FeatureVector, {
    description:
      'Outputs of the function on the 1,000 reference samples: fixed, normally distributed inputs, clipped to [-5, 5].',
  })
  async outputs(@Root() { id, expression }: ActivationSource, @Ctx() { loaders }: Context): Promise<FeatureVector> {
    const stored = id === null ? null : await loaders.outputs.load(id)
    return toFeatureVector(stored ?? toLittleEndianBytes(describeActivation(expression).outputs))
  }

  @FieldResolver(() => FeatureVector, {
    nullable: true,
    description: `The Fisher spectrum: a vector that describes how the network of the dataset behaves with this activation before
training, by the eigenvalues of its Fisher information matrix. Null if it was not computed.`,
  })
  async fisherSpectrum(
    @Root() { id }: ActivationSource,
    @Arg('dataset', () => String, { description: 'The name of a dataset, such as `act-bench-cnn`.' }) dataset: string,
    @Ctx() context: Context,
  ): Promise<FeatureVector | null> {
    const { id: datasetId } = await getDatasetByName(context, dataset)
    if (id === null) return null
    const bytes = await context.loaders.fisherSpectrum.load({ datasetId, activationId: id })
    return bytes && toFeatureVector(bytes)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The reason why the Fisher spectrum could not be computed. Null if it was computed, or was never attempted.',
  })
  async fisherSpectrumFailure(
    @Root() { id }: ActivationSource,
    @Arg('dataset', () => String, { description: 'The name of a dataset, such as `act-bench-cnn`.' }) dataset: string,
    @Ctx() context: Context,
  ): Promise<string | null> {
    const { id: datasetId } = await getDatasetByName(context, dataset)
    return id === null ? null : context.loaders.spectrumFailure.load({ datasetId, activationId: id })
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description: `The evaluation of this function in one dataset; null if the dataset has none. If an imported dataset has
several, this is the row that lists the expression that was asked for, else the row of the representative.`,
  })
  async evaluation(
    @Root() activation: ActivationSource,
    @Arg('dataset', () => String, { description: 'The name of a dataset, such as `act-bench-cnn`.' }) dataset: string,
    @Ctx() context: Context,
  ): Promise<EvaluationRow | null> {
    const { id: datasetId } = await getDatasetByName(context, dataset)
    return findEvaluation(context, datasetId, activation)
  }

  @FieldResolver(() => [Evaluation], { description: 'The evaluations of this function in all datasets.' })
  evaluations(@Root() { id }: ActivationSource, @Ctx() { loaders }: Context): Promise<EvaluationRow[]> {
    return id === null ? Promise.resolve([]) : loaders.evaluationsOfActivation.load(id)
  }
}

/** Number of functions whose moments stay in memory: enough for a whole page and for the most requested pages. */
const MOMENTS_KEPT = 5000
const moments = new LRUCache<string, Promise<GaussianMoments>>({ max: MOMENTS_KEPT })

/**
 * An integral takes 0.1 ms, and about 10 ms at a pole, so the results are cached. Integrals are computed one at a time,
 * and other requests get a turn of the event loop before each.
 */
function computeMoments(text: string): Promise<GaussianMoments> {
  const known = moments.get(text)
  if (known) return known
  const computed = lastMoments.then(() => {
    return new Promise<GaussianMoments>((done, fail) => {
      setImmediate(() => {
        try {
          done(computeGaussianMoments(describeActivation(text).expression))
        } catch (error) {
          fail(error)
        }
      })
    })
  })
  lastMoments = computed.catch(() => {})
  moments.set(text, computed)
  return computed
}

let lastMoments: Promise<unknown> = Promise.resolve()
