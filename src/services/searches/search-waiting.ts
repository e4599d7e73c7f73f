import type { Database } from '../../db/connection/client.js'
import { findProgress, type SearchProgress } from '../../db/searches/search-progress.js'
import type { SearchRow } from '../../db/statements/rows.js'
import { countAllowedFailures } from '../suggestions/search-end.js'
import { findWorkerAbsence } from '../trainings/waiting-for.js'
import { findProcessAbsences } from './process-absence.js'

/**
 * Why each search suggests nothing at the moment, in words, in the order of the searches; null if it would suggest a
 * function. A few statements answer for any number of searches, without their strategies: the last request for suggestions
 * recorded whether functions were left.
 */
export async function describeSearchWaits(
  database: Database,
  searches: readonly SearchRow[],
): Promise<(string | null)[]> {
  const progress = await findProgress(
    database.kysely,
    searches.map(({ id }) => id),
  )
  const absentProcesses = await findProcessAbsences(database.prisma, searches)
  const trained = searches.filter((_, index) => progress[index].awaitsTraining).map(({ datasetId }) => datasetId)
  const absentWorkers = await findWorkerAbsences(database, [...new Set(trained)])
  return searches.map((search, index) => {
    if (search.state !== 'ACTIVE') return describeEnd(search, progress[index])
    const absentWorker = progress[index].awaitsTraining ? absentWorkers.get(search.datasetId) : undefined
    return (
      describeBudget(search, progress[index], absentWorker ?? null) ??
      absentProcesses.get(search.id) ??
      describeShortage(search, progress[index])
    )
  })
}

function describeEnd({ endReason, budget, ...search }: SearchRow, { failed }: SearchProgress): string {
  switch (endReason) {
    case 'NO_FUNCTION_LEFT':
      return `the search has ended: all ${nameFunctions(search)} are evaluated`
    case 'TOO_MANY_FAILURES':
      return `the search has ended: ${failed} evaluations failed, and ${countAllowedFailures(budget)} are too many for a budget of ${budget}; extendSearch continues it with a larger one`
    case 'STOPPED':
      return 'the search has ended: a client stopped it'
    default:
      return `the search has ended: its budget of ${budget} is used; extendSearch continues it with a larger one`
  }
}

/** If the leased suggestions would complete the budget. */
function describeBudget(
  { budget }: SearchRow,
  { completed, leased, leaseEndsAt }: SearchProgress,
  absentWorker: string | null,
): string | null {
  if (leased === 0 || completed + leased < budget) return null
  const reason = `the rest of its budget is leased; the first lease ends at ${leaseEndsAt?.toISOString()}`
  return absentWorker ? `${reason}, and a training waits: ${absentWorker}` : reason
}

function describeShortage(
  { shortage, ...search }: SearchRow,
  { leased, returned, leaseEndsAt }: SearchProgress,
): string | null {
  if (shortage === null || returned > 0) return null
  if (shortage === 'NONE_FOUND') {
    return 'all functions that were tried are evaluated or leased; ask again to try others of its schemas'
  }
  return leased > 0
    ? `all ${nameFunctions(search)} are evaluated or leased; the first lease ends at ${leaseEndsAt?.toISOString()}`
    : `all ${nameFunctions(search)} are evaluated`
}

function nameFunctions({ replay, surrogateVersion }: Pick<SearchRow, 'replay' | 'surrogateVersion'>): string {
  const functions = replay ? 'measured functions of the dataset' : 'functions of its schemas'
  return surrogateVersion === null ? functions : `${functions} that its surrogate predicts`
}

async function findWorkerAbsences(
  { prisma }: Database,
  datasetIds: readonly number[],
): Promise<Map<number, string | null>> {
  const datasets =
    datasetIds.length > 0 ? await prisma.dataset.findMany({ where: { id: { in: [...datasetIds] } } }) : []
  const absences = datasets.map(
    async (dataset) => [dataset.id, await findWorkerAbsence(prisma, 'train_activation', dataset)] as const,
  )
  return new Map(await Promise.all(absences))
}
