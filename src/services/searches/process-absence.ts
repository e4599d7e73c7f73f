import type { Db } from '../../db/connection/client.js'
import type { SearchRow } from '../../db/statements/rows.js'

/**
 * Says, by the id of a search, that its dataset has no READY Gaussian process although it needs one: the process that
 * existed when the search was created was deleted.
 */
export async function findProcessAbsences(db: Db, searches: readonly SearchRow[]): Promise<Map<number, string>> {
  const dependent = searches.filter(
    ({ algorithm, replay, state, surrogateVersion, transferFrom }) =>
      algorithm === 'EXPECTED_IMPROVEMENT' &&
      !replay &&
      state === 'ACTIVE' &&
      surrogateVersion === null &&
      transferFrom.length === 0,
  )
  if (dependent.length === 0) return new Map()
  const processes = await db.surrogate.findMany({
    where: {
      datasetId: { in: [...new Set(dependent.map(({ datasetId }) => datasetId))] },
      algorithm: 'GAUSSIAN_PROCESS',
      state: { in: ['READY', 'QUEUED', 'FITTING'] },
    },
    select: { datasetId: true, state: true },
  })
  const isReady = new Set(processes.filter(({ state }) => state === 'READY').map(({ datasetId }) => datasetId))
  const isComing = new Set(processes.map(({ datasetId }) => datasetId))
  return new Map(
    dependent
      .filter(({ datasetId }) => !isReady.has(datasetId))
      .map(({ id, datasetId }) => [
        id,
        isComing.has(datasetId)
          ? 'a surrogate is being fitted: EXPECTED_IMPROVEMENT needs a READY GAUSSIAN_PROCESS'
          : 'EXPECTED_IMPROVEMENT needs a READY GAUSSIAN_PROCESS; updateSurrogate fits one',
      ]),
  )
}
