import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import type { CalibrationRow, SurrogateRow } from '../../db/loaders.js'
import { getValidInteger } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import { CalibrationPart } from './calibration.type.js'
import { Prediction, type PredictionSource } from './prediction.type.js'
import { Surrogate } from './surrogate.type.js'

@Resolver(() => Surrogate)
export class CalibrationResolver {
  @FieldResolver(() => [CalibrationPart], {
    description: `How far off the predictions are by their height: the measured functions in parts of equal size, the lowest predictions
first. Fewer parts if there are fewer functions; empty before the surrogate is READY.`,
  })
  calibration(
    @Root() { id }: SurrogateRow,
    @Arg('parts', () => Int, {
      nullable: true,
      defaultValue: 4,
      description: 'Number of parts, 1 to 100. The default gives quarters.',
    })
    parts: number,
    @Ctx() { loaders }: Context,
  ): Promise<CalibrationRow[]> {
    return loaders.calibration(id, getValidInteger('parts', parts, 1, 100))
  }

  @FieldResolver(() => [CalibrationPart], {
    description: `The operators whose functions are predicted worst, the largest mean absolute error first. Only operators of at least
five measured functions are listed.`,
  })
  errorsByOperator(
    @Root() { id }: SurrogateRow,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10, description: 'Number of operators, 1 to 100.' })
    first: number,
    @Ctx() { loaders }: Context,
  ): Promise<CalibrationRow[]> {
    return loaders.errorsByOperator(id, getValidInteger('first', first, 1, 100))
  }

  @FieldResolver(() => [Prediction], {
    description: `The predictions that are farthest off, farthest first. \`measured\` is the measurement at the time of the fit.`,
  })
  largestErrors(
    @Root() { id }: SurrogateRow,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10, description: 'Number of functions, 1 to 100.' })
    first: number,
    @Ctx() { loaders }: Context,
  ): Promise<PredictionSource[]> {
    return loaders.largestErrors(id, getValidInteger('first', first, 1, 100))
  }
}
