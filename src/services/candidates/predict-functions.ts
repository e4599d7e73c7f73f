import type { Database } from '../../db/connection/client.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import type { AppliedSurrogate } from '../surrogates/applied-surrogate.js'
import type { CandidateSource } from './candidate-source.js'

/** Returns a function that predicts functions by their outputs with a surrogate, which it opens when it is needed. */
export function predictBy(
  database: Database,
  surrogate: SurrogateRow,
  open: (database: Database, surrogate: SurrogateRow) => Promise<AppliedSurrogate>,
): CandidateSource['predict'] {
  return async (functions) => {
    if (functions.length === 0) return []
    const applied = await open(database, surrogate)
    const predictions = await applied.predict(functions.map(({ outputs }) => ({ outputs, spectrum: null })))
    return predictions.map(({ mean }) => mean)
  }
}
