import type { Database } from '../../src/db/connection/client.js'
import type { Viewer } from '../../src/services/access/viewer.js'
import { describeActivation } from '../../src/services/activations/describe-activation.js'
import { type CreateSearchInput, createSearch } from '../../src/services/searches/create-search.js'
import { type SuggestInput, suggest } from '../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../src/services/suggestions/report-evaluation.js'
import { updateSurrogate as requestSurrogate } from '../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestDatabase } from './database.js'
import { computeSyntheticAccuracy, createSyntheticDataset, listFunctions, storeFunctions } from './learning-fixture.js'
import { createViewer } from './training-fixture.js'

/** The identity of an expression's function, as 64 hexadecimal digits. */
export const identify = (expression: string): string => describeActivation(expression).identityHex

/** The validation accuracy of an expression in the synthetic datasets. */
export const accuracyOf = (expression: string): number =>
  computeSyntheticAccuracy(describeActivation(expression).outputs)

/**
 * Opens a database with two datasets for searches. `fitted` has 300 functions, 150 of them measured, and a READY
 * surrogate. `unfitted` has 20 measured functions and no surrogate. All requests come from one viewer. By default, `begin`
 * creates a search in `fitted` with seed 1, and `ask` requests suggestions for the worker `one`.
 */
export async function openSearchFixture() {
  const database = await openTestDatabase()
  const viewer = await createViewer(database, 'searcher', ['SEARCH', 'TRAIN', 'DATASET'])
  const functions = await storeFunctions(database, listFunctions(300))
  const measured = functions.slice(0, 150)
  const fitted = await createSyntheticDataset(database, { name: 'fitted', spectra: functions, measured })
  const surrogate = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: surrogate.id })
  await createSyntheticDataset(database, { name: 'unfitted', measured: functions.slice(0, 20) })
  return { database, viewer, functions, measured, fitted, surrogate, ...createClient(database, viewer) }
}

function createClient(database: Database, viewer: Viewer) {
  const begin = (input: Partial<CreateSearchInput>) =>
    createSearch(database, viewer, { dataset: 'fitted', seed: 1, ...input })
  const ask = (searchId: number, input: Partial<SuggestInput> = {}) =>
    suggest(database, viewer, { searchId, worker: 'one', ...input })
  const tell = (suggestionId: number, validationAccuracy: number) =>
    reportEvaluation(database, viewer, { suggestionId, validationAccuracy })
  /** Runs a search with one worker and returns its expressions in order. */
  const run = async (input: Partial<CreateSearchInput>, steps: number): Promise<string[]> => {
    const search = await begin({ budget: steps, ...input })
    const expressions: string[] = []
    for (let step = 0; step < steps; step++) {
      const { suggestions } = await ask(search.id)
      if (suggestions.length === 0) break
      const [{ id, expression }] = suggestions
      expressions.push(expression)
      if (input.replay) await reportEvaluation(database, viewer, { suggestionId: id })
      else await tell(id, accuracyOf(expression))
    }
    return expressions
  }
  return { begin, ask, tell, run }
}
