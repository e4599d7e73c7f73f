import { randomInt } from 'node:crypto'
import { countExpressions, parseSchema } from '../../activations/search-space.js'
import type { Database } from '../../db/connection/client.js'
import { countMeasured } from '../../db/evaluations/list-measured.js'
import type { Dataset, Search, SearchAlgorithm } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getDataset } from '../datasets/get-dataset.js'
import { getValidInteger, getValidOptionalText, refuseInput } from '../validate-input.js'
import { SEARCH_ALGORITHMS, STRATEGIES } from './strategies.js'

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
  /** @defaultValue false */
  readonly replay?: boolean | null
}

/**
 * Stores an ACTIVE search that belongs to the viewer's key, and returns it. Scope: SEARCH. Throws NOT_FOUND; BAD_USER_INPUT,
 * which names the argument; CONFLICT for a replay of a dataset without evaluations; or SURROGATE_UNAVAILABLE if the
 * algorithm requires a surrogate that the dataset does not have (see `strategies.ts`).
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
  const schemas = input.schemas ? getValidSchemas(input.schemas) : null
  const dataset = await getDataset(database.prisma, input.dataset)
  const replay = input.replay ?? false
  if (replay) await requireMeasured(database, dataset)
  await STRATEGIES[algorithm][replay ? 'replay' : 'live'].requireSurrogate?.(database.prisma, dataset)
  return database.prisma.search.create({
    data: {
      datasetId: dataset.id,
      name,
      algorithm,
      budget,
      seed,
      schemas: schemas ?? dataset.searchSpace,
      replay,
      apiKeyId,
    },
  })
}

const MOST_SCHEMAS = 20

/** Returns the schemas in canonical form, without duplicates. */
function getValidSchemas(texts: readonly string[]): string[] {
  if (texts.length < 1 || texts.length > MOST_SCHEMAS) {
    refuseInput('schemas', `1 to ${MOST_SCHEMAS} schemas`, `${texts.length} schemas`)
  }
  const schemas = texts.map((text) => parseSchema(text, 'schemas'))
  for (const schema of schemas) countExpressions(schema)
  return [...new Set(schemas.map(({ text }) => text))]
}

async function requireMeasured(database: Database, dataset: Dataset): Promise<void> {
  if ((await countMeasured(database.kysely, dataset.id)) > 0) return
  throw new ActbenchError(
    'CONFLICT',
    `dataset: ${dataset.name} cannot be replayed; expected at least one function with a validation accuracy, got none`,
  )
}
