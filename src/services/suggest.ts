import type { Database, Db } from '../db/client.js'
import type { Dataset, Search, Suggestion } from '../db/generated/client.js'
import { PRIORITY, queueTask, taskKey } from '../db/queue.js'
import { countHandedOut, insertSuggestions, listHandedOut } from '../db/search-suggestions.js'
import { ActbenchError } from '../errors.js'
import { createBaselinesFirst } from '../surrogate/baselines-first.js'
import type { Candidate } from '../surrogate/search-strategy.js'
import { listBaselines } from './baselines.js'
import type { CandidateSource } from './candidate-source.js'
import { chooseCandidates } from './choose-candidates.js'
import { ensureActivation } from './ensure-activation.js'
import { openEvolutionSource } from './evolution-source.js'
import { findReadyMap, getReadyProcess } from './get-surrogate.js'
import { openImprovementSource } from './improvement-source.js'
import { inTransaction } from './in-transaction.js'
import { openRandomSource } from './random-source.js'
import { LONGEST_LEASE_SECONDS } from './renew-lease.js'
import { openReplaySource } from './replay-source.js'
import { countSuggestions, getOwnSearch, lockSearch } from './search-state.js'
import { openSurrogateSource } from './surrogate-source.js'
import { takeTurns } from './take-turns.js'
import { trainSuggestion } from './train-suggestion.js'
import { getValidInteger, getValidText, refuseInput } from './valid-input.js'
import { requireScope, type Viewer } from './viewer.js'

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
 * Hands out functions to evaluate, each to one client at a time and never again once it is done: first what is out to
 * this worker already (with its lease drawn out), then what other clients took and never reported, then what the search's
 * algorithm suggests. Fewer than asked for where the budget is used up or out, or nothing is left. With `train` each new
 * one is trained here and reports by itself. Scope: SEARCH, and TRAIN for `train`. Throws BAD_USER_INPUT that names the
 * argument, NOT_FOUND, FORBIDDEN (another key's search), or CONFLICT (stopped search, dataset that cannot be trained).
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
  const { search, dataset } = await getOwnSearch(database.prisma, owner, input.searchId)
  if (train) requireTrainable(search, dataset)
  const source = await openSource(database, search)
  const answer = await takeTurns(database, search.id, () =>
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

function requireTrainable(search: Search, dataset: Dataset): void {
  if (search.replay) refuseInput('train', 'false: a replay trains nothing', true)
  if (!dataset.trainable) throw new ActbenchError('CONFLICT', `${dataset.name} cannot be trained here`)
}

async function openSource(database: Database, search: Search): Promise<CandidateSource> {
  const surrogate = search.algorithm === 'SURROGATE' ? await findReadyMap(database.prisma, search.datasetId) : null
  if (search.replay) {
    return openReplaySource(database, search, surrogate, () => listHandedOut(database.prisma, search.id))
  }
  const handedOut = await countHandedOut(database.prisma, search.id)
  if (search.algorithm === 'EXPECTED_IMPROVEMENT') {
    const process = await getReadyProcess(database.prisma, search.datasetId)
    return openImprovementSource(database, search, process, handedOut)
  }
  if (search.algorithm === 'REGULARIZED_EVOLUTION') return openEvolutionSource(database, search, handedOut)
  if (surrogate) return openSurrogateSource(database, search, surrogate, handedOut)
  const random = await openRandomSource(database, search, handedOut)
  if (search.algorithm === 'RANDOM') return random
  return {
    ...random,
    createStrategy: (knowledge) => createBaselinesFirst(random.createStrategy(knowledge), listBaselines()),
  }
}

async function handOut(db: Db, searchId: number, dataset: Dataset, source: CandidateSource, request: Request) {
  const search = await lockSearch(db, searchId)
  if (search.state === 'STOPPED') throw new ActbenchError('CONFLICT', 'the search was stopped')
  const open = await renewOpen(db, searchId, dataset, request)
  const { completed, leased } = await countSuggestions(db, searchId)
  const room = Math.min(request.count - open.length, search.budget - completed - leased)
  if (room <= 0) return { suggestions: open, search, handedOut: 0 }
  const knowledge = await listHandedOut(db, searchId)
  const chosen = await chooseCandidates(db, search, source, knowledge, room)
  const ids = await storeSuggestions(db, search, dataset, source, chosen, request)
  const suggestions = await db.suggestion.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
  return {
    suggestions: [...open, ...suggestions],
    search: await db.search.findUniqueOrThrow({ where: { id: searchId } }),
    handedOut: knowledge.length + ids.length,
  }
}

/** What is out to this worker, oldest first, its leases at least as long as asked for now; trained where that is asked now. */
async function renewOpen(db: Db, searchId: number, dataset: Dataset, request: Request): Promise<Suggestion[]> {
  const { worker, count, leaseSeconds, train, apiKeyId } = request
  const open = await db.suggestion.findMany({
    where: { searchId, worker, state: 'LEASED' },
    orderBy: { id: 'asc' },
    take: count,
  })
  if (open.length === 0) return []
  const ids = open.map(({ id }) => id)
  await db.$executeRaw`
    UPDATE suggestions
    SET lease_expires_at = greatest(lease_expires_at, now() + make_interval(secs => ${leaseSeconds}::float8))
    WHERE id = ANY(${ids})`
  const untrained = train ? open.filter(({ trainingJobId }) => trainingJobId === null) : []
  for (const suggestion of untrained) await trainSuggestion(db, dataset, suggestion.id, suggestion, apiKeyId)
  return db.suggestion.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
}

async function storeSuggestions(
  db: Db,
  search: Search,
  dataset: Dataset,
  source: CandidateSource,
  chosen: readonly Candidate[],
  request: Request,
): Promise<number[]> {
  const rows = []
  for (const { expression, prediction } of chosen) {
    // Of a stored function too: this may be a spelling of it that is new.
    const { id } = await ensureActivation(db, expression)
    const surrogateId = prediction === null ? null : source.surrogateId
    rows.push({ activationId: id, expression, surrogateId, predictedMean: prediction })
  }
  if (rows.length === 0) return []
  const ids = (await insertSuggestions(db, { ...request, searchId: search.id }, rows)).sort((a, b) => a - b)
  for (const [place, { activationId, expression }] of rows.entries()) {
    if (request.train) await trainSuggestion(db, dataset, ids[place], { activationId, expression }, request.apiKeyId)
    else if (dataset.trainable && !search.replay) await queueMissingSpectrum(db, dataset, activationId)
  }
  return ids
}

/** What is about to be evaluated will soon teach the surrogate: its spectrum is worth computing, after all else. */
async function queueMissingSpectrum(db: Db, dataset: Dataset, activationId: number): Promise<void> {
  const known = await db.fisherSpectrum.findUnique({
    where: { datasetId_activationId: { datasetId: dataset.id, activationId }, datasetVersion: dataset.version },
    select: { activationId: true },
  })
  if (known) return
  await queueTask(
    db,
    'compute_features',
    { datasetId: dataset.id, activationId },
    { jobKey: taskKey('compute_features', dataset.id, activationId), priority: PRIORITY.bulk, dataset },
  )
}

/** Nobody waits for this: where it fails, the next suggestion does it. */
function prepareNext(source: CandidateSource, handedOut: number): void {
  if (handedOut > 0) source.prepareNext?.(handedOut).catch(() => {})
}
