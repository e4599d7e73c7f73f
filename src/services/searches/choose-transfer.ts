import { toSchemaPattern } from '../../activations/schema-pattern.js'
import type { Db } from '../../db/connection/client.js'
import { countMeasured } from '../../db/evaluations/list-measured.js'
import type { Dataset, SearchAlgorithm } from '../../db/generated/client.js'
import { listTransferDatasets } from '../../db/searches/transfer-datasets.js'
import { preferSameTask } from '../../surrogate/transfer/prefer-task.js'
import { STRATEGIES } from '../candidates/strategies.js'
import { getDataset } from '../datasets/get-dataset.js'
import { refuseInput } from '../validate-input.js'

/** A dataset that measured this many functions of a search knows enough to learn from, or to search without the others. */
export const ENOUGH = 300
/** A search learns from at most this many datasets. */
const MOST_DATASETS = 16

/** A new search that may learn from other datasets. */
interface NewSearch {
  readonly dataset: Dataset
  readonly algorithm: SearchAlgorithm
  readonly replay: boolean
  readonly schemas: readonly string[]
}

/** The choices of a search that the request may leave open. */
export interface SearchStart {
  /** Names of datasets. */
  readonly transferFrom: string[]
  readonly baselines: boolean
}

/**
 * The given datasets, or by default the others that measured at least 300 of the functions to search, unless the dataset
 * itself did: those with the same task, otherwise all. The baselines come first by default if the search learns from nothing. Throws NOT_FOUND for an unknown
 * dataset, or BAD_USER_INPUT, which names the argument.
 */
export async function chooseStart(
  db: Db,
  search: NewSearch,
  given: { readonly transferFrom?: readonly string[] | null; readonly baselines?: boolean | null },
): Promise<SearchStart> {
  const { dataset, algorithm, replay, schemas } = search
  const knowsEnough = !replay && (await countMeasured(db.$kysely, dataset.id)) >= ENOUGH
  const isOpen = STRATEGIES[algorithm].rateTransferred && !knowsEnough
  const byDefault = () => listDefaultSources(db.$kysely, dataset, replay ? null : toSchemaPattern(schemas))
  const transferFrom = given.transferFrom
    ? await getTransferDatasets(db, search, given.transferFrom)
    : isOpen
      ? await byDefault()
      : []
  const baselines = given.baselines ?? (transferFrom.length === 0 && !knowsEnough)
  return { transferFrom, baselines }
}

/**
 * Names of the datasets that a search learns from by default: those that measured at least 300 of its functions, with the same
 * task if there are any. `pattern` is that of `listTransferDatasets`.
 */
export async function listDefaultSources(
  kysely: Db['$kysely'],
  { id, task }: Pick<Dataset, 'id' | 'task'>,
  pattern: string | null,
): Promise<string[]> {
  const known = await listTransferDatasets(kysely, { datasetId: id, pattern }, { least: ENOUGH })
  return preferSameTask(task, known)
    .slice(0, MOST_DATASETS)
    .map(({ name }) => name)
}

async function getTransferDatasets(db: Db, search: NewSearch, names: readonly string[]): Promise<string[]> {
  const { dataset, algorithm } = search
  if (names.length === 0) return []
  if (names.length > MOST_DATASETS) refuseInput('transferFrom', `at most ${MOST_DATASETS} datasets`, names.length)
  if (!STRATEGIES[algorithm].rateTransferred) {
    refuseInput('transferFrom', `no dataset, because ${algorithm} learns only from its own`, names.join(', '))
  }
  const found: string[] = []
  for (const name of new Set(names)) {
    const { id } = await getDataset(db, name, 'transferFrom')
    if (id === dataset.id) refuseInput('transferFrom', 'other datasets than the one to search', name)
    found.push(name)
  }
  return found
}
