import { type Expression, formatExpression } from '../../activations/expression.js'
import { countExpressions, enumerateExpressions, expressionAt, parseSchema } from '../../activations/search-space.js'
import { createRandomStream } from '../../numeric/random.js'

/** The expressions that match some schemas, over all operators of the language. */
export interface SampledSpace {
  /** Number of expressions; one that matches two schemas counts twice. */
  readonly size: number
  /** The expression of draw number `draw`, uniform among all, with replacement. Equal seeds and numbers give equal draws. */
  sample(seed: number, draw: number): string
  /** The canonical text of expression number `index`, from 0. */
  textAt(index: number): string
  /** Canonical texts, schema by schema. */
  list(): Iterable<string>
}

/** Prepares schemas for sampling, at the same cost for any size. Throws BAD_USER_INPUT for a malformed schema. */
export function createSampledSpace(schemas: readonly string[]): SampledSpace {
  const parsed = schemas.map((text) => parseSchema(text))
  const counts = parsed.map((schema) => countExpressions(schema))
  const size = counts.reduce((sum, count) => sum + count, 0)
  const at = (index: number): Expression => {
    let rest = index
    let schema = 0
    while (rest >= counts[schema]) rest -= counts[schema++]
    return expressionAt(parsed[schema], rest)
  }
  return {
    size,
    textAt: (index) => formatExpression(at(index)),
    sample(seed, draw) {
      const random = createRandomStream(seed, draw)
      // Two 32-bit numbers, because one would never reach most of a space of 2^40 expressions.
      const share = (Math.floor(random.uniform() * 2 ** 21) + random.uniform()) / 2 ** 21
      return formatExpression(at(Math.min(size - 1, Math.floor(share * size))))
    },
    *list() {
      for (const schema of parsed)
        for (const expression of enumerateExpressions(schema)) yield formatExpression(expression)
    },
  }
}
