import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { queueMissingSpectra } from '../../db/features/missing-spectra.js'
import type { Dataset, Search, Suggestion, SuggestionState } from '../../db/generated/client.js'
import { PRIORITY } from '../../db/queue.js'
import {
  countSuggested,
  expireLeases,
  extendLeases,
  insertSuggestions,
  listSuggested,
} from '../../db/searches/search-suggestions.js'
import { ActbenchError } from '../../errors.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { ensureActivation } from '../activations/ensure-activation.js'
import { LONGEST_LEASE_SECONDS } from '../suggestions/renew-lease.js'
import { getOwnSearch, getSearchedDataset, lockSearch } from '../suggestions/search-state.js'
import { requireTrainable } from '../trainings/queue-training.js'
import { getValidInteger, getValidText, refuseInput } from '../validate-input.js'
import { listUnmeasuredBaselines } from './baselines.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { chooseCandidates } from './choose-candidates.js'
import { withMutex } from './keyed-mutex.js'
import { openReplaySource } from './replay-source.js'
import { STRATEGIES } from './strategies.js'
import { trainSuggestion } from './train-suggestion.js'

export interface SuggestInput {
  readonly searchId: number
  /** 1 to 100. @defaultValue 1 */
  readonly count?: number | null
  /** Who evaluates; 1 to 200 characters. */
  readonly worker: string
  /** 1 to 604800. @defaultValue 3600 */
  readonly leaseSeconds?: number | null
  /** @defaultValue false */
  readonly train?: boolean | null
}

export interface SuggestedEvaluations {
  readonly suggestions: Suggestion[]
  readonly search: Search
}

/**
 * Suggests functions to evaluate, each to one client at a time and never again once it is done. First come those that this
 * worker already has, with their leases extended; then those that other clients took and never reported; then suggestions
 * of the search's algorithm. There are fewer than requested if the budget is used up or no function is left. With `train`,
 * each new function is trained here and reports by itself. Scope: SEARCH, and TRAIN for `train`. Throws BAD_USER_INPUT,
 * which names the argument; NOT_FOUND; FORBIDDEN (another key's search); or CONFLICT (the search was stopped, or the
 * dataset cannot be trained).
 */
export async function suggest(
  database: Database,
  viewer: Viewer | null,
  input: SuggestInput,
): Promise<SuggestedEvaluations> {
  const owner = requireScope(viewer, 'SEARCH')
  const train = input.train ?? false
  if (train) requireScope(viewer, 'TRAIN')
  const request: Request = {
    count: getValidInteger('count', input.count ?? 1, 1, 100),
    worker: getValidText('worker', input.worker, 200),
    leaseSeconds: getValidInteger('leaseSeconds', input.leaseSeconds ?? 3600, 1, LONGEST_LEASE_SECONDS),
    apiKeyId: owner.apiKeyId,
    train,
  }
  const search = await getOwnSearch(database.prisma, owner, input.searchId)
  if (train && search.replay) refuseInput('train', 'false: a replay trains nothing', true)
  if (train) requireTrainable(await getSearchedDataset(database.prisma, search))
  // On several connections at once, here and below, because most of a statement's time is its round trip.
  const [dataset, source] = await Promise.all([
    getSearchedDataset(database.prisma, search),
    openSource(database, search),
  ])
  const answer = await withMutex(database, search.id, () =>
    inTransaction(database, (db) => handOut(db, search.id, dataset, source, request)),
  )
  prepareNext(source, answer.handedOut)
  return { suggestions: answer.suggestions, search: answer.search }
}

interface Request {
  readonly count: number
  readonly worker: string
  readonly leaseSeconds: number
  readonly apiKeyId: number
  readonly train: boolean
}

async function openSource(database: Database, search: Search): Promise<CandidateSource> {
  const { prisma, kysely } = database
  if (search.replay) return openReplaySource(database, search, () => listSuggested(kysely, search.id))
  const { live } = STRATEGIES[search.algorithm]
  const [surrogate, suggested, baselines] = await Promise.all([
    live.findSurrogate?.(prisma, search.datasetId) ?? null,
    countSuggested(kysely, search.id),
    live.startsWithBaselines ? listUnmeasuredBaselines(prisma, search.datasetId) : [],
  ])
  return live.openSource({ database, search, surrogate, suggested, baselines })
}

async function handOut(db: Db, searchId: number, dataset: Dataset, source: CandidateSource, request: Request) {
  const search = await lockSearch(db, searchId)
  if (search.state === 'STOPPED')
    throw new ActbenchError('CONFLICT', 'search: it was stopped; expected an ACTIVE or COMPLETED search, got STOPPED')
  const before = await expireLeases(db.$kysely, searchId)
  const open = await renewOpen(db, before, dataset, request)
  // If its run already existed, a suggestion that was to be trained is complete now.
  const knowledge = request.train && open.length > 0 ? await listSuggested(db.$kysely, searchId) : before
  const count = (state: SuggestionState) => knowledge.filter((suggestion) => suggestion.state === state).length
  const room = Math.min(request.count - open.length, search.budget - count('COMPLETED') - count('LEASED'))
  if (room <= 0) return { suggestions: open, search, handedOut: 0 }
  const chosen = await chooseCandidates(db, search, source, knowledge, room)
  const suggestions = await storeSuggestions(db, search, dataset, source, chosen, request)
  return {
    suggestions: [...open, ...suggestions],
    search: request.train ? await db.search.findUniqueOrThrow({ where: { id: searchId } }) : search,
    handedOut: knowledge.length + suggestions.length,
  }
}

/** The leased suggestions of this worker, oldest first. Their leases are extended, and trainings queued if requested. */
async function renewOpen(
  db: Db,
  knowledge: SearchKnowledge,
  dataset: Dataset,
  { worker, count, leaseSeconds, train, apiKeyId }: Request,
): Promise<Suggestion[]> {
  const own = knowledge.filter((suggestion) => suggestion.state === 'LEASED' && suggestion.worker === worker)
  if (own.length === 0) return []
  const ids = own.slice(0, count).map(({ suggestionId }) => suggestionId)
  const open = await extendLeases(db.$kysely, ids, leaseSeconds)
  if (!train) return open
  for (const suggestion of open) {
    if (suggestion.trainingJobId === null) await trainSuggestion(db, dataset, suggestion.id, suggestion, apiKeyId)
  }
  return listSuggestions(db, ids)
}

async function storeSuggestions(
  db: Db,
  search: Search,
  dataset: Dataset,
  source: CandidateSource,
  chosen: readonly Candidate[],
  request: Request,
): Promise<Suggestion[]> {
  const rows = []
  for (const { expression, prediction } of chosen) {
    // Also for a stored function, because this spelling of it may be new.
    const { id } = await ensureActivation(db, expression)
    const surrogateId = prediction === null ? null : source.surrogateId
    rows.push({ activationId: id, expression, surrogateId, predictedMean: prediction })
  }
  if (rows.length === 0) return []
  const suggestions = await insertSuggestions(db.$kysely, { ...request, searchId: search.id }, rows)
  if (request.train) {
    for (const { id, ...row } of suggestions) await trainSuggestion(db, dataset, id, row, request.apiKeyId)
    const ids = suggestions.map(({ id }) => id)
    return listSuggestions(db, ids)
  }
  // The surrogate will soon be fitted on these functions, so their spectra are computed, after all other work.
  const ids = rows.map(({ activationId }) => activationId)
  if (!search.replay) await queueMissingSpectra(db.$kysely, dataset, ids, PRIORITY.bulk)
  return suggestions
}

function listSuggestions(db: Db, ids: readonly number[]): Promise<Suggestion[]> {
  return db.suggestion.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } })
}

/** Runs in the background; if it fails, the next suggestion does the same work. */
function prepareNext(source: CandidateSource, handedOut: number): void {
  if (handedOut > 0) source.prepareNext?.(handedOut).catch(() => {})
}
