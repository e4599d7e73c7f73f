import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Search, Suggestion } from '../../db/generated/client.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import type { CandidateSource } from '../candidates/candidate-source.js'
import { openRemaining, type RemainingFunctions } from '../candidates/remaining-functions.js'
import { normalizesActivation } from '../normalizes-activation.js'
import { LONGEST_LEASE_SECONDS } from '../suggestions/renew-lease.js'
import { getOwnSearch, getSearchedDataset } from '../suggestions/search-state.js'
import { requireTrainable } from '../trainings/queue-training.js'
import { getValidInteger, getValidText, refuseInput } from '../validate-input.js'
import { type HandOut, handOut, type SuggestionRequest } from './hand-out.js'
import { withMutex } from './keyed-mutex.js'
import { openSearchSource } from './open-search-source.js'

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
 * of the search's algorithm; then any other functions of its schemas. There are fewer than requested if the budget is used
 * up or leased, or if no function is left; a search without a function and without a lease ends. With `train`, each new
 * function is trained here and reports by itself. Scope: SEARCH, and TRAIN for `train`. Throws BAD_USER_INPUT, which names
 * the argument; NOT_FOUND; FORBIDDEN (another key's search); or CONFLICT (a client stopped the search, or the dataset
 * cannot be trained).
 */
export async function suggest(
  database: Database,
  viewer: Viewer | null,
  input: SuggestInput,
): Promise<SuggestedEvaluations> {
  const owner = requireScope(viewer, 'SEARCH')
  const train = input.train ?? false
  if (train) requireScope(viewer, 'TRAIN')
  const request: SuggestionRequest = {
    count: getValidInteger('count', input.count ?? 1, 1, 100),
    worker: getValidText('worker', input.worker, 200),
    leaseSeconds: getValidInteger('leaseSeconds', input.leaseSeconds ?? 3600, 1, LONGEST_LEASE_SECONDS),
    apiKeyId: owner.apiKeyId,
    train,
  }
  const search = await getOwnSearch(database.prisma, owner, input.searchId)
  if (train && search.replay) refuseInput('train', 'false: a replay trains nothing', true)
  if (train && search.rungs.length > 0)
    refuseInput('train', `false: the service does not train for ${search.algorithm}`, true)
  if (train) requireTrainable(await getSearchedDataset(database.prisma, search))
  // On several connections at once, here and below, because most of a statement's time is its round trip.
  const [dataset, source] = await Promise.all([
    getSearchedDataset(database.prisma, search),
    openSearchSource(database, search),
  ])
  // Only networks that are trained here are known to normalise.
  const sparesTwins =
    !search.replay && dataset.origin === 'TRAINED' && (await normalizesActivation(database, dataset.name))
  const remaining = source.isExhaustive ? null : await openRemaining(database, search, source)
  const attempt = () =>
    withMutex(database, search.id, () =>
      inTransaction(database, (db) => handOut(db, search.id, dataset, { source, remaining, sparesTwins }, request)),
    )
  let answer = await attempt()
  if (remaining && isWalkNeeded(remaining, answer)) {
    await remaining.walk(Math.max(1, answer.missing), answer.taken)
    // The worker gets the suggestions of the first attempt again, and more.
    answer = await attempt()
  }
  prepareNext(source, answer.handedOut)
  return { suggestions: answer.suggestions, search: answer.search }
}

/** Spaces up to this size are walked before their strategies run short of functions, in a tenth of a second. */
const WALKED_EARLY = 1000

function isWalkNeeded(remaining: RemainingFunctions, { isShort, missing, taken }: HandOut): boolean {
  if (!isShort || (missing === 0 && remaining.size > WALKED_EARLY)) return false
  return !remaining.isComplete || remaining.hasOthers(taken)
}

/** Runs in the background; if it fails, the next suggestion does the same work. */
function prepareNext(source: CandidateSource, handedOut: number): void {
  if (handedOut > 0) source.prepareNext?.(handedOut).catch(() => {})
}
