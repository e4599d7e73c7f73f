import { type Expression, formatExpression } from '../../activations/expression.js'
import { countExpressions, enumerateExpressions, expressionAt, parseSchema } from '../../activations/search-space.js'
import { createRandomStream } from '../../numeric/random.js'

/** The expressions that some schemas stand for, over all operators of the language. */
export interface SampledSpace {
  /** Expressions in all; one that two schemas stand for counts twice. */
  readonly size: number
  /** Draw number `draw` of a seed: uniform among the expressions, with replacement. */
  sample(seed: number, draw: number): string
  /** Canonical texts, schema by schema. */
  list(): Iterable<string>
}

/** Prepares schemas for sampling; spaces of any size cost the same. Throws BAD_USER_INPUT for a malformed schema. */
export function createSampledSpace(schemas: readonly string[]): SampledSpace {
  const parsed = schemas.map((text) => parseSchema(text))
  const counts = parsed.map((schema) => countExpressions(schema))
  const size = counts.reduce((sum, count) => sum + count, 0)
  const at = (index: number): Expression => {
    let rest = index
    let place = 0
    while (rest >= counts[place]) rest -= counts[place++]
    return expressionAt(parsed[place], rest)
  }
  return {
    size,
    sample(seed, draw) {
      const random = createRandomStream(seed, draw)
      // Two draws of 32 bits: one would never reach most of a space of 2^40 expressions.
      const share = (Math.floor(random.uniform() * 2 ** 21) + random.uniform()) / 2 ** 21
      return formatExpression(at(Math.min(size - 1, Math.floor(share * size))))
    },
    *list() {
      for (const schema of parsed)
        for (const expression of enumerateExpressions(schema)) yield formatExpression(expression)
    },
  }
}
