import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  enumerateExpressions,
  parseSchema,
} from '../activations/search-space.js'
import { computeSpaceClasses, type SpaceClass } from './space-classes.js'

/**
 * The functions of the Act-Bench space, in the order of their identities: 5,832 expressions, about 2,830 finite functions.
 * Each call computes them again, which takes about a second; a file with their outputs would have 13 MB.
 */
export function computeActBenchClasses(): SpaceClass[] {
  return computeSpaceClasses(enumerateActBenchSpace())
}

function* enumerateActBenchSpace() {
  for (const text of ACT_BENCH_SCHEMAS) yield* enumerateExpressions(parseSchema(text), ACT_BENCH_OPERATORS)
}
