import type { Database } from '../db/client.js'
import { listPredictedPoints } from '../db/find-points.js'
import type { Search, Surrogate } from '../db/generated/client.js'
import { loadVectors } from '../db/load-vectors.js'
import { listHandedOut, listPointsMatching } from '../db/search-suggestions.js'
import { predictJointly } from '../surrogate/gaussian-process.js'
import { computeExpectedImprovement, createImprovementStrategy } from '../surrogate/improvement-strategy.js'
import type { JointPosterior } from '../surrogate/joint-posterior.js'
import type { Candidate, SearchStrategy } from '../surrogate/search-strategy.js'
import { type AppliedProcess, openAppliedProcess } from './applied-surrogate.js'
import { createBaselinesFirst, listBaselines } from './baselines.js'
import { createBoundedCache } from './bounded-cache.js'
import type { CandidateSource } from './candidate-source.js'
import { describeActivation } from './describe-activation.js'
import { spectraOf } from './load-fit-input.js'
import { openRandomSource } from './random-source.js'
import { createSampledSpace } from './sample-space.js'
import { toSchemaPattern } from './schema-pattern.js'

/** Functions that are compared jointly: the time of a suggestion grows with the square of their number. */
const SHORTLIST = 192
/** Suggestions after which the shortlist is drawn up anew, with as many samples of the schemas. */
const RENEWED_AFTER = 64
const DRAWS = 128
/** What the search handed out last is told to the process too; the shortlist's own functions are anyway. */
const MOST_REMEMBERED = 128

interface Shortlist {
  readonly candidates: readonly Candidate[]
  readonly joint: JointPosterior
  readonly best: number
}

const cache = createBoundedCache<string, Shortlist>(16)

/**
 * The candidates of a search by EXPECTED_IMPROVEMENT: of the functions that the process has predicted (within the schemas,
 * not measured) and samples of the schemas, the 192 of the greatest expected improvement, compared jointly; a new list
 * every 64 suggestions. Where a list is used up before, functions of the schemas at random.
 */
export async function openImprovementSource(
  database: Database,
  search: Search,
  surrogate: Surrogate,
  handedOut: number,
): Promise<CandidateSource> {
  const round = Math.floor(handedOut / RENEWED_AFTER)
  const random = await openRandomSource(database, search, handedOut)
  const key = `${search.id}/${surrogate.id}/${round}`
  const shortlist = await cache.get(database, key, () => drawUpShortlist(database, search, surrogate, round))
  return {
    surrogateId: surrogate.id,
    createStrategy: (knowledge) =>
      createBaselinesFirst(createFallback(createImprovementStrategy(shortlist), random.createStrategy(knowledge))),
  }
}

/** One strategy's suggestions, then another's. */
function createFallback(first: SearchStrategy, rest: SearchStrategy): SearchStrategy {
  return {
    update(completed, active) {
      const [ended, out] = [[...completed], [...active]]
      first.update(ended, out)
      rest.update(ended, out)
    },
    suggest(count) {
      const chosen = first.suggest(count)
      if (chosen.length >= count) return chosen
      const ids = new Set(chosen.map(({ id }) => id))
      return [...chosen, ...rest.suggest(count).filter(({ id }) => !ids.has(id))].slice(0, count)
    },
  }
}

async function drawUpShortlist(
  database: Database,
  search: Search,
  surrogate: Surrogate,
  round: number,
): Promise<Shortlist> {
  const db = database.prisma
  const applied = await openAppliedProcess(database, surrogate)
  const points = await listPredictedPoints(db, surrogate.id)
  const within = await listPointsMatching(db, surrogate.id, toSchemaPattern(search.schemas))
  const handed = await listHandedOut(db, search.id)
  const best = applied.process.targets.reduce((most, target) => Math.max(most, target), 0)
  const taken = new Set(handed.map(({ identityHex }) => identityHex))
  const free = points.filter(
    ({ activationId, identityHex, isMeasured }) => !isMeasured && within.has(activationId) && !taken.has(identityHex),
  )
  const known = new Set([...points.map(({ identityHex }) => identityHex), ...taken])
  const promising = [...free, ...(await drawSamples(applied, search, round, known))]
    .map((each) => ({ ...each, improvement: computeExpectedImprovement(each.mean, each.standardDeviation, best) }))
    .sort((a, b) => b.improvement - a.improvement || b.mean - a.mean || (a.identityHex < b.identityHex ? -1 : 1))
    .slice(0, SHORTLIST)
  const named = [
    ...listBaselines().map(({ id, expression }) => ({ identityHex: id, expression })),
    ...handed.slice(-MOST_REMEMBERED),
    ...promising,
  ]
  const candidates = [...new Map(named.map(({ identityHex, expression }) => [identityHex, expression]))].map(
    ([id, expression]): Candidate => ({ id, expression, prediction: null }),
  )
  const ids = new Map([...handed, ...points].map(({ identityHex, activationId }) => [identityHex, activationId]))
  const spectra = applied.usesSpectra ? await loadSpectra(database, search, [...ids.values()]) : new Map()
  const functions = candidates.map(({ id, expression }) => ({
    outputs: describeActivation(expression).outputs,
    spectrum: spectra.get(ids.get(id) ?? 0) ?? null,
  }))
  return { candidates, best, joint: await predictJointly(applied.process, functions) }
}

/** Functions that nobody stored, predicted by their outputs. */
async function drawSamples(applied: AppliedProcess, search: Search, round: number, known: ReadonlySet<string>) {
  const space = createSampledSpace(search.schemas)
  const drawn = new Map<string, ReturnType<typeof describeActivation>>()
  for (let draw = round * DRAWS; draw < (round + 1) * DRAWS; draw++) {
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
