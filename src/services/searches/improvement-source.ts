import type { Database } from '../../db/connection/client.js'
import { loadVectors } from '../../db/features/load-vectors.js'
import type { Search, Surrogate } from '../../db/generated/client.js'
import { listSuggested } from '../../db/searches/search-suggestions.js'
import { listPointsMatching } from '../../db/searches/searched-functions.js'
import { listPredictedPoints } from '../../db/surrogates/find-points.js'
import { findIncumbent, predictJointly } from '../../surrogate/gaussian-process/gaussian-process.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../../surrogate/pace.js'
import { createBaselinesFirst } from '../../surrogate/strategies/baselines-first.js'
import { conditionOnCompletions } from '../../surrogate/strategies/condition-on-completions.js'
import {
  type Completions,
  computeExpectedImprovement,
  createImprovementStrategy,
  type Expectation,
} from '../../surrogate/strategies/improvement-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import { createBoundedCache } from '../bounded-cache.js'
import { type AppliedProcess, openAppliedProcess } from '../surrogates/applied-surrogate.js'
import { spectraOf } from '../surrogates/load-fit-input.js'
import { listBaselines } from './baselines.js'
import { type CandidateSource, listCompleted, type SearchKnowledge } from './candidate-source.js'
import { openRandomSource } from './random-source.js'
import { createSampledSpace } from './sample-space.js'
import { toSchemaPattern } from './schema-pattern.js'

/** Functions that are compared jointly. */
const SHORTLIST = 256
/** Suggestions after which the shortlist is drawn up anew, each time with other samples of the schemas. */
const RENEWED_AFTER = 64
const LEAST_DRAWS = 128
/** Where fewer stored functions than this are free, samples make up for them: all of a small dataset may be measured. */
const LEAST_FREE = 512
/** A new list is drawn up when so many suggestions are left to the old one, while nobody waits for it. */
const AHEAD = 16
/** What the search handed out last is told to the process too; the shortlist's own functions are anyway. */
const MOST_REMEMBERED = 128

interface Shortlist {
  readonly candidates: readonly Candidate[]
  readonly expect: (metrics: Completions) => Expectation
}

const cache = createBoundedCache<string, Shortlist>(16)

/**
 * The candidates of a search by EXPECTED_IMPROVEMENT: of the functions that the process has predicted (within the schemas,
 * not measured) and samples of the schemas, the 256 of the greatest expected improvement, compared jointly; a new list
 * every 64 suggestions, drawn up ahead. Where a list is used up before, functions of the schemas at random.
 */
export async function openImprovementSource(
  database: Database,
  search: Search,
  surrogate: Surrogate,
  handedOut: number,
  baselines: readonly Candidate[],
): Promise<CandidateSource> {
  const open = (round: number) =>
    cache.get(database, `${search.id}/${surrogate.id}/${round}`, () =>
      drawUpShortlist(database, search, surrogate, round),
    )
  const random = await openRandomSource(database, search, handedOut)
  const shortlist = await open(Math.floor(handedOut / RENEWED_AFTER))
  return {
    surrogateId: surrogate.id,
    createStrategy: (knowledge) =>
      createBaselinesFirst(
        createImprovementStrategy({ ...shortlist, rest: random.createStrategy(knowledge) }),
        baselines,
      ),
    async prepareNext(next) {
      await open(Math.floor((next + AHEAD) / RENEWED_AFTER))
    },
  }
}

async function drawUpShortlist(
  database: Database,
  search: Search,
  surrogate: Surrogate,
  round: number,
): Promise<Shortlist> {
  const applied = await openAppliedProcess(database, surrogate)
  const points = await listPredictedPoints(database.kysely, surrogate.id)
  const within = await listPointsMatching(database.kysely, surrogate.id, toSchemaPattern(search.schemas))
  // Only what was out when a list may first be drawn up: so it does not matter when it is.
  const knowledge = await listSuggested(database.kysely, search.id)
  const handed = knowledge.slice(0, Math.max(0, round * RENEWED_AFTER - AHEAD))
  const best = findIncumbent(applied.process)
  const taken = new Set(handed.map(({ identityHex }) => identityHex))
  const free = points.filter(
    ({ activationId, identityHex, isMeasured }) => !isMeasured && within.has(activationId) && !taken.has(identityHex),
  )
  const known = new Set([...points.map(({ identityHex }) => identityHex), ...taken])
  const draws = Math.max(LEAST_DRAWS, LEAST_FREE - free.length)
  const promising = [...free, ...(await drawSamples(applied, search, round, draws, known))]
    .map((each) => ({ ...each, improvement: computeExpectedImprovement(each.mean, each.standardDeviation, best) }))
    .sort((a, b) => b.improvement - a.improvement || b.mean - a.mean || (a.identityHex < b.identityHex ? -1 : 1))
    .slice(0, SHORTLIST)
  const measured = new Set(points.filter(({ isMeasured }) => isMeasured).map(({ identityHex }) => identityHex))
  const named = [
    ...listBaselines()
      .filter(({ id }) => !measured.has(id))
      .map(({ id, expression }) => ({ identityHex: id, expression })),
    ...handed.slice(-MOST_REMEMBERED),
    ...promising,
  ]
  const candidates = [...new Map(named.map(({ identityHex, expression }) => [identityHex, expression]))].map(
    ([id, expression]): Candidate => ({ id, expression, prediction: null }),
  )
  const ids = new Map([...handed, ...points].map(({ identityHex, activationId }) => [identityHex, activationId]))
  const own = candidates.map(({ id }) => ids.get(id)).filter((id) => id !== undefined)
  const spectra = applied.usesSpectra ? await loadSpectra(database, search, own) : new Map<number, Float32Array>()
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  const functions = []
  for (const { id, expression } of candidates) {
    if (pace.due()) await pace.pause(functions.length / candidates.length)
    const { outputs } = describeActivation(expression)
    functions.push({ outputs, spectrum: spectra.get(ids.get(id) ?? 0) ?? null })
  }
  const prior = await predictJointly(applied.process, functions)
  const expect = conditionOnCompletions(
    candidates.map(({ id }) => id),
    prior,
    best,
  )
  await tellCompleted({ candidates, expect }, knowledge)
  return { candidates, expect }
}

/**
 * Tells a new list of what the search has completed: a millisecond or two each. Otherwise the first suggestion by it would do
 * so, hundreds of milliseconds in one go while it holds the lock of its search.
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

/** Functions that nobody stored, predicted by their outputs. */
async function drawSamples(
  applied: AppliedProcess,
  search: Search,
  round: number,
  draws: number,
  known: ReadonlySet<string>,
) {
  const space = createSampledSpace(search.schemas)
  const drawn = new Map<string, ReturnType<typeof describeActivation>>()
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  for (let draw = round * LEAST_FREE; draw < round * LEAST_FREE + draws; draw++) {
    if (pace.due()) await pace.pause(drawn.size / draws)
    const described = describeActivation(space.sample(search.seed, draw))
    if (described.isFinite && !known.has(described.identityHex)) drawn.set(described.identityHex, described)
  }
  const functions = [...drawn.values()]
  const predictions = await applied.predict(functions.map(({ outputs }) => ({ outputs, spectrum: null })))
  return predictions.map(({ mean, standardDeviation }, place) => ({
    ...{ mean, standardDeviation, activationId: 0 },
    identityHex: functions[place].identityHex,
    expression: functions[place].canonicalText,
  }))
}

async function loadSpectra(database: Database, search: Search, ids: readonly number[]) {
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { id: search.datasetId } })
  const source = spectraOf(dataset)
  if (!source || ids.length === 0) return new Map<number, Float32Array>()
  const { activationIds, values, columns } = await loadVectors(database, source, Int32Array.from(ids))
  return new Map(
    Array.from(activationIds, (id, row) => [id, values.subarray(row * columns, (row + 1) * columns)] as const),
  )
}
