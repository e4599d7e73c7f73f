import type { Db } from '../../db/connection/client.js'
import { queueMissingSpectra } from '../../db/features/missing-spectra.js'
import type { Dataset, Search, SearchShortage, Suggestion, SuggestionState } from '../../db/generated/client.js'
import { PRIORITY } from '../../db/queue.js'
import { setShortage } from '../../db/searches/lock-search.js'
import { insertPassedOver } from '../../db/searches/passed-over.js'
import { expireLeases, extendLeases, insertSuggestions, listSuggested } from '../../db/searches/search-suggestions.js'
import { ActbenchError } from '../../errors.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { ensureActivations } from '../activations/ensure-activation.js'
import type { CandidateSource, SearchKnowledge } from '../candidates/candidate-source.js'
import type { Supply } from '../candidates/supply.js'
import { countAllowedFailures, endIfOver } from '../suggestions/search-end.js'
import { lockSearch } from '../suggestions/search-state.js'
import { chooseCandidates } from './choose-candidates.js'
import { trainSuggestion } from './train-suggestion.js'

/** What a worker asks for. */
export interface SuggestionRequest {
  readonly count: number
  readonly worker: string
  readonly leaseSeconds: number
  readonly apiKeyId: number
  readonly train: boolean
}

/** The answer to a request for suggestions. */
export interface HandOut {
  /** The open suggestions of the worker, then new ones. */
  readonly suggestions: Suggestion[]
  readonly search: Search
  /** Suggestions that the search has made so far; 0 if this request added none because of the budget. */
  readonly handedOut: number
  /** Functions that the budget allowed and that were not found. */
  readonly missing: number
  /** Whether the source had no further function. */
  readonly isShort: boolean
  /** Identities of all functions that the search has suggested. */
  readonly taken: ReadonlySet<string>
}

/**
 * Leases functions to a worker, in the caller's transaction, under the lock of the search. Also ends the search if no
 * function is left, or if too many of its suggestions failed. Throws NOT_FOUND, or CONFLICT if a client stopped the search.
 */
export async function handOut(
  db: Db,
  searchId: number,
  dataset: Dataset,
  supply: Supply,
  request: SuggestionRequest,
): Promise<HandOut> {
  const search = await lockSearch(db, searchId)
  if (search.endReason === 'STOPPED')
    throw new ActbenchError('CONFLICT', 'search: it was stopped; expected an ACTIVE or COMPLETED search, got STOPPED')
  const before = await expireLeases(db.$kysely, searchId)
  const open = await renewOpen(db, before, dataset, search, request)
  // If its run already existed, a suggestion that was to be trained is complete now.
  const knowledge = request.train && open.length > 0 ? await listSuggested(db.$kysely, searchId) : before
  const taken = new Set(knowledge.map(({ identityHex }) => identityHex))
  const end = async (): Promise<HandOut> => ({
    ...{ suggestions: open, handedOut: 0, missing: 0, isShort: false, taken },
    search: await db.search.findUniqueOrThrow({ where: { id: searchId } }),
  })
  if (search.state !== 'ACTIVE' || (await endByFailures(db, search, knowledge))) return end()
  const room = Math.min(request.count - open.length, search.budget - count(knowledge, 'COMPLETED', 'LEASED'))
  if (room <= 0) return end()
  // One more than needed, to learn whether another request would get any.
  const { candidates, spared } = await chooseCandidates(db, search, supply, knowledge, room + 1)
  const chosen = candidates.slice(0, room)
  const suggestions = await storeSuggestions(db, search, dataset, supply.source, chosen, request)
  const handedOut = new Set(chosen.map(({ id }) => id))
  const passedOver = spared.filter(({ identityHex }) => !handedOut.has(identityHex))
  await insertPassedOver(db.$kysely, searchId, passedOver)
  for (const { id } of candidates) taken.add(id)
  const missing = room - chosen.length
  const isShort = candidates.length <= room
  // A function that is out now may go further after its report.
  const mayContinue = search.rungs.length > 1 && (suggestions.length > 0 || count(knowledge, 'LEASED') > 0)
  const shortage = isShort ? findShortage(supply, missing, taken, mayContinue) : null
  if (shortage !== search.shortage) await setShortage(db.$kysely, searchId, shortage)
  if (shortage === 'NONE_LEFT') await endIfOver(db, { ...search, shortage })
  const isChanged = request.train || shortage !== search.shortage || shortage === 'NONE_LEFT'
  return {
    suggestions: [...open, ...suggestions],
    search: isChanged ? await db.search.findUniqueOrThrow({ where: { id: searchId } }) : search,
    handedOut: knowledge.length + suggestions.length,
    ...{ missing, isShort, taken },
  }
}

function count(knowledge: SearchKnowledge, ...states: SuggestionState[]): number {
  return knowledge.filter(({ state }) => states.includes(state)).length
}

/** Ends the search if too many suggestions failed. Leases that expire count too, and they are noticed only here. */
function endByFailures(db: Db, search: Search, knowledge: SearchKnowledge): Promise<boolean> | boolean {
  const most = count(knowledge, 'FAILED', 'EXPIRED')
  return most >= countAllowedFailures(search.budget) && endIfOver(db, search)
}

function findShortage(
  { source, remaining }: Supply,
  missing: number,
  taken: ReadonlySet<string>,
  mayContinue: boolean,
): SearchShortage | null {
  const isEnd = source.isExhaustive || (remaining?.isComplete && !remaining.hasOthers(taken))
  if (isEnd && !mayContinue) return 'NONE_LEFT'
  return missing > 0 ? 'NONE_FOUND' : null
}

/** The leased suggestions of this worker, oldest first. Their leases are extended, and trainings queued if requested. */
async function renewOpen(
  db: Db,
  knowledge: SearchKnowledge,
  dataset: Dataset,
  search: Search,
  { worker, count, leaseSeconds, train, apiKeyId }: SuggestionRequest,
): Promise<Suggestion[]> {
  const own = knowledge.filter((suggestion) => suggestion.state === 'LEASED' && suggestion.worker === worker)
  if (own.length === 0) return []
  const ids = own.slice(0, count).map(({ suggestionId }) => suggestionId)
  const open = await extendLeases(db.$kysely, ids, leaseSeconds)
  if (!train) return open
  for (const suggestion of open) {
    if (suggestion.trainingJobId === null)
      await trainSuggestion(db, dataset, search, suggestion.id, suggestion, apiKeyId)
  }
  return listSuggestions(db, ids)
}

async function storeSuggestions(
  db: Db,
  search: Search,
  dataset: Dataset,
  source: CandidateSource,
  chosen: readonly Candidate[],
  request: SuggestionRequest,
): Promise<Suggestion[]> {
  if (chosen.length === 0) return []
  const ids = await ensureActivations(
    db,
    chosen.map(({ expression }) => expression),
  )
  const rows = chosen.map(({ expression, prediction, epochs = null }) => ({
    activationId: ids.get(expression) as number,
    expression,
    surrogateId: prediction === null ? null : source.surrogateId,
    predictedMean: prediction,
    epochs,
  }))
  const suggestions = await insertSuggestions(db.$kysely, { ...request, searchId: search.id }, rows)
  if (request.train) {
    for (const { id, ...row } of suggestions) await trainSuggestion(db, dataset, search, id, row, request.apiKeyId)
    return listSuggestions(
      db,
      suggestions.map(({ id }) => id),
    )
  }
  // The surrogate will soon be fitted on these functions, so their spectra are computed, after all other work.
  if (!search.replay) await queueMissingSpectra(db.$kysely, dataset, [...ids.values()], PRIORITY.bulk)
  return suggestions
}

function listSuggestions(db: Db, ids: readonly number[]): Promise<Suggestion[]> {
  return db.suggestion.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } })
}
