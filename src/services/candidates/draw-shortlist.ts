import { toSchemaPattern } from '../../activations/schema-pattern.js'
import type { Database } from '../../db/connection/client.js'
import { listMeasuredAmong } from '../../db/evaluations/list-measured.js'
import type { Search } from '../../db/generated/client.js'
import { listSuggested } from '../../db/searches/search-suggestions.js'
import { listFreePoints } from '../../db/searches/searched-functions.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { listPredictedPoints, type PredictedPoint } from '../../db/surrogates/find-points.js'
import { findIncumbent, predictJointly } from '../../surrogate/gaussian-process/gaussian-process.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../../surrogate/pace.js'
import { conditionOnCompletions } from '../../surrogate/strategies/condition-on-completions.js'
import type { Completions, Expectation, Rating } from '../../surrogate/strategies/improvement-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import { type AppliedProcess, type NewPoint, openAppliedProcess } from '../surrogates/applied-surrogate.js'
import { loadSpectra } from '../surrogates/load-spectra.js'
import { listBaselines } from './baselines.js'
import { listCompleted, type SearchKnowledge } from './candidate-source.js'
import { createSampledSpace } from './sample-space.js'

/** Functions of a shortlist that are compared jointly. */
const SHORTLIST = 256
/** Suggestions between two shortlists. Each shortlist has other samples of the schemas. */
const ROUND = 64
/** A shortlist is drawn this many suggestions early, while no client waits, and does not depend on these suggestions. */
export const AHEAD = 16
const LEAST_DRAWS = 128
/** If fewer stored functions than this are free, samples replace them: all functions of a small dataset may be measured. */
const LEAST_FREE = 512
/** The last suggestions of the search that the process learns from, besides the shortlist's own functions. */
const MOST_REMEMBERED = 128

/** The functions that a search compares, and their prediction by the Gaussian process. */
export interface Shortlist {
  readonly candidates: readonly Candidate[]
  readonly expect: (metrics: Completions) => Expectation
}

export interface ShortlistRequest {
  readonly database: Database
  readonly search: Search
  readonly surrogate: SurrogateRow
  /** Number of the shortlist within the search, from 0. */
  readonly round: number
  /** What makes a function promising. */
  readonly rate: Rating
}

/** The round of the next suggestion of a search. */
export function roundOf(suggested: number): number {
  return Math.floor(suggested / ROUND)
}

/**
 * Draws the shortlist of a round: the 256 functions with the highest rating among the functions that the
 * process has predicted (that match the schemas and were not measured) and samples of the schemas; also the baselines and
 * the last suggestions. It already knows what the search has completed.
 */
export async function drawShortlist(request: ShortlistRequest): Promise<Shortlist> {
  const known = await loadKnown(request)
  const best = findIncumbent(known.process.process)
  const samples = await drawSamples(request, known)
  const promising = takeMostPromising([...known.free, ...samples], best, request.rate)
  const candidates = listCandidates(known, promising)
  const functions = await loadFeatures(request, known, candidates)
  const prior = await predictJointly(known.process.process, functions)
  const ids = candidates.map(({ id }) => id)
  const shortlist = { candidates, expect: conditionOnCompletions(ids, prior, best) }
  await tellCompleted(shortlist, known.knowledge)
  return shortlist
}

/** A function with a prediction. */
type Predicted = Pick<PredictedPoint, 'identityHex' | 'expression' | 'mean' | 'standardDeviation'>

/** What is stored when a shortlist is drawn. */
interface Known {
  readonly process: AppliedProcess
  readonly points: readonly PredictedPoint[]
  /** Points that match the schemas, were not measured and not suggested. */
  readonly free: readonly PredictedPoint[]
  readonly knowledge: SearchKnowledge
  /** The suggestions that the shortlist may depend on. */
  readonly suggested: SearchKnowledge
}

async function loadKnown({ database, search, surrogate, round }: ShortlistRequest): Promise<Known> {
  const process = await openAppliedProcess(database, surrogate)
  const points = await listPredictedPoints(database.kysely, surrogate.id)
  const matching = await listFreePoints(database.kysely, surrogate, toSchemaPattern(search.schemas))
  const knowledge = await listSuggested(database.kysely, search.id)
  const suggested = knowledge.slice(0, Math.max(0, round * ROUND - AHEAD))
  const taken = new Set(suggested.map(({ identityHex }) => identityHex))
  const free = points.filter(({ activationId, identityHex }) => matching.has(activationId) && !taken.has(identityHex))
  return { process, points, free, knowledge, suggested }
}

/** Samples of the schemas that are neither predicted, measured nor suggested yet, predicted by their outputs. */
async function drawSamples({ database, search, round }: ShortlistRequest, known: Known): Promise<Predicted[]> {
  const { process, points, free, suggested } = known
  const knownIds = new Set([...points, ...suggested].map(({ identityHex }) => identityHex))
  const space = createSampledSpace(search.schemas)
  const draws = Math.max(LEAST_DRAWS, LEAST_FREE - free.length)
  const first = round * LEAST_FREE
  const drawn = new Map<string, ReturnType<typeof describeActivation>>()
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  for (let draw = first; draw < first + draws; draw++) {
    if (pace.due()) await pace.pause(drawn.size / draws)
    const described = describeActivation(space.sample(search.seed, draw))
    if (described.isFinite && !knownIds.has(described.identityHex)) drawn.set(described.identityHex, described)
  }
  const measured = await listMeasuredAmong(database.kysely, search.datasetId, [...drawn.keys()])
  const functions = [...drawn.values()].filter(({ identityHex }) => !measured.has(identityHex))
  const predictions = await process.predict(functions.map(({ outputs }) => ({ outputs, spectrum: null })))
  return predictions.map(({ mean, standardDeviation }, index) => ({
    ...{ mean, standardDeviation },
    identityHex: functions[index].identityHex,
    expression: functions[index].canonicalText,
  }))
}

/** By their rating; of equal ones, the higher mean first. */
function takeMostPromising(functions: readonly Predicted[], best: number, rate: Rating): Predicted[] {
  return functions
    .map((each) => ({ ...each, rating: rate(each.mean, each.standardDeviation, best) }))
    .sort((a, b) => b.rating - a.rating || b.mean - a.mean || (a.identityHex < b.identityHex ? -1 : 1))
    .slice(0, SHORTLIST)
}

/** The baselines without a measurement, the last suggestions and the promising functions, each once. */
function listCandidates({ points, suggested }: Known, promising: readonly Predicted[]): Candidate[] {
  const measured = new Set(points.filter(({ isMeasured }) => isMeasured).map(({ identityHex }) => identityHex))
  const baselines = listBaselines()
    .filter(({ id }) => !measured.has(id))
    .map(({ id, expression }) => ({ identityHex: id, expression }))
  const all = [...baselines, ...suggested.slice(-MOST_REMEMBERED), ...promising]
  const expressionOf = new Map(all.map(({ identityHex, expression }) => [identityHex, expression]))
  return [...expressionOf].map(([id, expression]) => ({ id, expression, prediction: null }))
}

/** The outputs of the candidates, and their spectra if the process uses spectra. */
async function loadFeatures(
  { database, search }: ShortlistRequest,
  { process, points, suggested }: Known,
  candidates: readonly Candidate[],
): Promise<NewPoint[]> {
  const idOf = new Map([...suggested, ...points].map(({ identityHex, activationId }) => [identityHex, activationId]))
  const stored = candidates.map(({ id }) => idOf.get(id)).filter((id) => id !== undefined)
  const spectra = await loadSpectra(database, search.datasetId, process.usesSpectra ? stored : [])
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  const functions: NewPoint[] = []
  for (const { id, expression } of candidates) {
    if (pace.due()) await pace.pause(functions.length / candidates.length)
    const { outputs } = describeActivation(expression)
    functions.push({ outputs, spectrum: spectra.get(idOf.get(id) ?? 0) ?? null })
  }
  return functions
}

/**
 * Conditions a new shortlist on the completed suggestions, one or two milliseconds each. Otherwise its first use would do
 * all of them at once, for hundreds of milliseconds, while it holds the lock of the search.
 */
async function tellCompleted({ candidates, expect }: Shortlist, knowledge: SearchKnowledge): Promise<void> {
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  const own = new Set(candidates.map(({ id }) => id))
  const metrics = new Map<string, number | null>()
  for (const { id, validationAccuracy } of listCompleted(knowledge)) {
    metrics.set(id, validationAccuracy)
    if (!own.has(id)) continue
    if (pace.due()) await pace.pause(metrics.size / knowledge.length)
    expect(metrics)
  }
}
