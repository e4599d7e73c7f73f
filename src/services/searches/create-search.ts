import { randomInt } from 'node:crypto'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { keepDataset } from '../../db/datasets/keep-dataset.js'
import { countMeasured } from '../../db/evaluations/list-measured.js'
import type { Dataset, RunChoice, Search, SearchAlgorithm } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { SEARCH_ALGORITHMS, STRATEGIES } from '../candidates/strategies.js'
import { datasetNotFound, getDataset } from '../datasets/get-dataset.js'
import { getValidSchemas } from '../datasets/valid-search-space.js'
import { getValidInteger, getValidOptionalText, refuseInput } from '../validate-input.js'
import { chooseRungs } from './choose-rungs.js'
import { chooseStart } from './choose-transfer.js'
import { chooseUploaded } from './choose-uploaded.js'
import { getValidValue, requireRuns } from './replayed-value.js'

export interface CreateSearchInput {
  readonly dataset: string
  readonly name?: string | null
  /** @defaultValue 'SURROGATE' */
  readonly algorithm?: SearchAlgorithm | null
  /** 1 to 10000. @defaultValue 100 */
  readonly budget?: number | null
  /** @defaultValue the dataset's search space */
  readonly schemas?: readonly string[] | null
  /** @defaultValue a random one */
  readonly seed?: number | null
  /** Names of other datasets. @defaultValue see `chooseStart` */
  readonly transferFrom?: readonly string[] | null
  /** @defaultValue see `chooseStart` */
  readonly baselines?: boolean | null
  /** An UPLOADED surrogate of the dataset that predicts for the search. */
  readonly surrogateId?: number | null
  /** Of a whole training; only with ASHA. @defaultValue those of the recipe */
  readonly epochs?: number | null
  /** @defaultValue false */
  readonly replay?: boolean | null
  /** What a replay sees of a function. @defaultValue 'MEDIAN' */
  readonly replayValue?: RunChoice | null
  /** Required with SEED. @defaultValue the seed of the search with RANDOM */
  readonly replaySeed?: number | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/**
 * Stores an ACTIVE search that belongs to the viewer's key, and returns it. Scope: SEARCH. Throws NOT_FOUND; BAD_USER_INPUT,
 * which names the argument; CONFLICT for a replay of a dataset without evaluations, or an idempotency key that came with
 * another request; or SURROGATE_UNAVAILABLE if the algorithm requires a surrogate that the dataset does not have (see
 * `strategies.ts`).
 */
export async function createSearch(
  database: Database,
  viewer: Viewer | null,
  input: CreateSearchInput,
): Promise<Search> {
  const { apiKeyId } = requireScope(viewer, 'SEARCH')
  const algorithm = input.algorithm ?? 'SURROGATE'
  if (!SEARCH_ALGORITHMS.includes(algorithm)) refuseInput('algorithm', SEARCH_ALGORITHMS.join(' or '), algorithm)
  const name = getValidOptionalText('name', input.name, 200)
  const budget = getValidInteger('budget', input.budget ?? 100, 1, 10_000)
  const seed = getValidInteger('seed', input.seed ?? randomInt(2 ** 31), -(2 ** 31), 2 ** 31 - 1)
  const schemas = input.schemas ? getValidSchemas('schemas', input.schemas) : null
  const replay = input.replay ?? false
  const value = getValidValue(input, replay, seed)
  const create = async (db: Db) => {
    const dataset = await getDataset(db, input.dataset)
    // From here on, the dataset cannot be deleted before the search exists.
    if (!(await keepDataset(db.$kysely, dataset.id))) throw datasetNotFound(input.dataset)
    if (replay) await requireMeasured(db, dataset)
    await requireRuns(db, dataset, value)
    const { id: datasetId, searchSpace } = dataset
    const own = { algorithm, replay, schemas: schemas ?? searchSpace }
    const rungs = await chooseRungs(db, { ...own, dataset }, input.epochs)
    const uploaded = await chooseUploaded(db, { algorithm, dataset }, input)
    const start = uploaded ?? (await chooseStart(db, { ...own, dataset }, input))
    if (uploaded === null && start.transferFrom.length === 0) {
      await STRATEGIES[algorithm][replay ? 'replay' : 'live'].requireSurrogate?.(db, dataset)
    }
    return db.search.create({ data: { datasetId, name, budget, seed, ...own, ...value, ...start, rungs, apiKeyId } })
  }
  const request = { apiKeyId, mutation: 'createSearch', idempotencyKey: input.idempotencyKey, input }
  return inTransaction(database, (db) =>
    answerOnce<Search>(db, request, {
      run: () => create(db),
      idsOf: ({ id }) => ({ Search: [id] }),
      load: async (idsOf) => db.search.findUnique({ where: { id: idsOf('Search')[0] } }),
    }),
  )
}

async function requireMeasured(db: Db, dataset: Dataset): Promise<void> {
  if ((await countMeasured(db.$kysely, dataset.id)) > 0) return
  throw new ActbenchError(
    'CONFLICT',
    `dataset: ${dataset.name} cannot be replayed; expected at least one function with a validation accuracy, got none`,
  )
}
