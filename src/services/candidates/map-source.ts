import { toSchemaPattern } from '../../activations/schema-pattern.js'
import type { Database } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import { listFreePoints } from '../../db/searches/searched-functions.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { replayMap } from '../../surrogate/replay/map-replay.js'
import { replayRandom } from '../../surrogate/replay/random-replay.js'
import { createBaselinesFirst } from '../../surrogate/strategies/baselines-first.js'
import { createMapRanking, type MapRanking } from '../../surrogate/strategies/map-ranking.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { createSurrogateStrategy } from '../../surrogate/strategies/surrogate-strategy.js'
import { createDatabaseCache } from '../database-cache.js'
import { type AppliedMap, openAppliedMap } from '../surrogates/applied-surrogate.js'
import { findReadyMap, getReadyMap } from '../surrogates/get-surrogate.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { predictBy } from './predict-functions.js'
import { openRandomSource } from './random-source.js'
import { createSampledSpace } from './sample-space.js'
import { createSampledPool, type SampledPool } from './sampled-pool.js'
import type { SourceRequest, StrategyEntry } from './strategy-entry.js'

/** Samples drawn from the search space before the first suggestion, and for every further one. */
const FIRST_DRAWS = 32
const DRAWS_PER_SUGGESTION = 16
const MOST_DRAWS = 8000
/** A search with this many stored candidates starts without samples, which are drawn later, while no client waits. */
const ENOUGH_STORED = 64
/** A suggestion of such a search uses only samples that were drawn at least this many suggestions earlier. */
const BEHIND = 16

/** The state of a search on a surrogate's map: its candidates, stored ones first, and the points that it has learned. */
interface SearchedMap {
  readonly applied: AppliedMap
  readonly pool: SampledPool
  readonly ranking: MapRanking
  /** Candidates with their index in the ranking. */
  readonly places: { readonly identityHex: string; readonly expression: string; readonly place: number }[]
  readonly positions: Map<string, readonly [x: number, y: number]>
  readonly learned: Set<string>
  /** Number of candidates that are stored functions. */
  readonly stored: number
  ranked: number
}

const cache = createDatabaseCache<string, SearchedMap>(32)

/** UMAP_KNN, the rule of the paper. */
export const mapEntry: StrategyEntry = {
  description: `The rule of the paper: highest prediction on the map of the UMAP_KNN surrogate, baselines first. A search without a map
takes random functions until one is fitted; a replay needs a map from the start.`,
  live: { findSurrogate: findReadyMap, startsWithBaselines: true, openSource: openMapSource },
  replay: {
    requireSurrogate: getReadyMap,
    findSurrogate: findReadyMap,
    async open({ table, seed, loadMapPoints }) {
      const points = await loadMapPoints()
      return points ? replayMap(table, points, seed) : replayRandom(table, seed)
    },
  },
}

/**
 * Functions on the map that match the schemas and were not measured, and samples of the schemas. They are ranked by the
 * mean of the three nearest measured points: those of the dataset and those that the search completed. So the reports of
 * clients steer a search even if its dataset does not change. Before the first map is fitted, functions are random.
 */
export async function openMapSource(request: SourceRequest): Promise<CandidateSource> {
  const { database, search, surrogate, suggested, baselines } = request
  if (!surrogate) return openWithoutMap(request)
  const map = await cache.get(database, `${search.id}/${surrogate.id}`, () =>
    openSearchedMap(database, search, surrogate),
  )
  const needed = drawsFor(map.stored < ENOUGH_STORED ? suggested : suggested - BEHIND)
  await map.pool.grow(needed)
  return {
    surrogateId: surrogate.id,
    isExhaustive: false,
    predict: predictBy(database, surrogate, openAppliedMap),
    createStrategy(knowledge) {
      learn(map, knowledge, needed)
      return createSurrogateStrategy(baselines, { [Symbol.iterator]: () => listCandidates(map) }, search.seed)
    },
    prepareNext: (next) => map.pool.grow(drawsFor(next)),
  }
}

async function openWithoutMap(request: SourceRequest): Promise<CandidateSource> {
  const random = await openRandomSource(request)
  return {
    ...random,
    createStrategy: (knowledge) => createBaselinesFirst(random.createStrategy(knowledge), request.baselines),
  }
}

async function openSearchedMap(database: Database, search: Search, surrogate: SurrogateRow): Promise<SearchedMap> {
  const applied = await openAppliedMap(database, surrogate)
  const within = await listFreePoints(database.kysely, surrogate, toSchemaPattern(search.schemas))
  const ranking = createMapRanking()
  const { layout, targets } = applied.fit
  targets.forEach((target, row) => {
    if (Number.isFinite(target)) ranking.learn(layout[2 * row], layout[2 * row + 1], target)
  })
  const free = applied.points.filter(({ activationId }) => within.has(activationId))
  return {
    applied,
    pool: createSampledPool(applied, createSampledSpace(search.schemas), search.seed),
    ranking,
    places: free.map(({ identityHex, expression, x, y }) => ({
      identityHex,
      expression,
      place: ranking.addPoint(x, y),
    })),
    positions: new Map(applied.points.map(({ identityHex, x, y }) => [identityHex, [x, y] as const])),
    // Points of the fit must not count twice.
    learned: new Set(applied.points.filter(({ isMeasured }) => isMeasured).map(({ identityHex }) => identityHex)),
    stored: free.length,
    ranked: 0,
  }
}

/**
 * Ranks the functions of the first `draws` draws of the pool, even if it already holds more; then learns the metrics that the
 * search has completed since. Functions that are not on the map are ignored.
 */
function learn(map: SearchedMap, knowledge: SearchKnowledge, draws: number): void {
  for (; map.ranked < map.pool.functions.length; map.ranked++) {
    const { identityHex, expression, x, y, draw } = map.pool.functions[map.ranked]
    if (draw >= draws) break
    map.places.push({ identityHex, expression, place: map.ranking.addPoint(x, y) })
    map.positions.set(identityHex, [x, y])
  }
  for (const { identityHex, state, validationAccuracy } of knowledge) {
    const position = map.positions.get(identityHex)
    if (state !== 'COMPLETED' || validationAccuracy === null || !position || map.learned.has(identityHex)) continue
    map.learned.add(identityHex)
    map.ranking.learn(position[0], position[1], validationAccuracy)
  }
}

function* listCandidates({ places, ranking }: SearchedMap): Generator<Candidate> {
  for (const { identityHex, expression, place } of places) {
    yield { id: identityHex, expression, prediction: ranking.meanAt(place) }
  }
}

function drawsFor(handedOut: number): number {
  if (handedOut < 0) return 0
  return Math.min(MOST_DRAWS, FIRST_DRAWS + DRAWS_PER_SUGGESTION * handedOut)
}
