import type { Database } from '../db/client.js'
import type { Search, Surrogate } from '../db/generated/client.js'
import { listReplayCandidates, type ReplayCandidate } from '../db/search-suggestions.js'
import { createEvolutionStrategy, type EvolvedSpace } from '../surrogate/evolution-strategy.js'
import { createRandomStrategy } from '../surrogate/random-strategy.js'
import type { Candidate } from '../surrogate/search-strategy.js'
import { createSurrogateStrategy } from '../surrogate/surrogate-strategy.js'
import { openAppliedMap } from './applied-surrogate.js'
import { createBaselinesFirst, listBaselines } from './baselines.js'
import { createBoundedCache } from './bounded-cache.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { createListedSpace } from './evolution-source.js'
import { createMapRanking, type MapRanking } from './map-ranking.js'

interface ReplayedMap {
  readonly candidates: readonly ReplayCandidate[]
  /** Each candidate's place in the ranking; null where it has none on the map. */
  readonly places: readonly (number | null)[]
  readonly positions: ReadonlyMap<string, readonly [x: number, y: number]>
  readonly ranking: MapRanking
  readonly learned: Set<string>
}

const candidateCache = createBoundedCache<number, ReplayCandidate[]>(32)
const spaceCache = createBoundedCache<number, EvolvedSpace>(32)
const mapCache = createBoundedCache<string, ReplayedMap>(32)

/**
 * The candidates of a replay: the dataset's measured functions, at random, by evolution among them or, by SURROGATE, ranked by the mean of the three
 * nearest among those that this search has completed. The map that tells which are near saw no measurement when it was
 * fitted; nothing else of the dataset's measurements is looked at, so a replay learns only what it pays for.
 */
export async function openReplaySource(
  database: Database,
  search: Search,
  surrogate: Surrogate | null,
): Promise<CandidateSource> {
  const candidates = await candidateCache.get(database, search.id, () =>
    listReplayCandidates(database.prisma, search.datasetId),
  )
  const createRandom = () => createRandomStrategy(candidates.map(toCandidate), search.seed)
  if (search.algorithm === 'REGULARIZED_EVOLUTION') {
    const space = await spaceCache.get(database, search.id, async () => createListedSpace(candidates.map(toCandidate)))
    const baselines = listBaselines().filter(({ id }) => space.find(id))
    return {
      surrogateId: null,
      createStrategy() {
        const random = createBaselinesFirst(createRandom(), baselines)
        return createEvolutionStrategy({ random, space, seed: search.seed })
      },
    }
  }
  if (search.algorithm === 'RANDOM' || !surrogate) return { surrogateId: null, createStrategy: createRandom }
  const key = `${search.id}/${surrogate.id}`
  const map = await mapCache.get(database, key, () => openReplayedMap(database, surrogate, candidates))
  const known = new Set(candidates.map(({ identityHex }) => identityHex))
  const baselines = listBaselines().filter(({ id }) => known.has(id))
  return {
    surrogateId: surrogate.id,
    createStrategy(knowledge) {
      learn(map, knowledge)
      return createSurrogateStrategy(baselines, { [Symbol.iterator]: () => listRanked(map) }, search.seed)
    },
  }
}

async function openReplayedMap(
  database: Database,
  surrogate: Surrogate,
  candidates: readonly ReplayCandidate[],
): Promise<ReplayedMap> {
  const { points } = await openAppliedMap(database, surrogate)
  const positions = new Map(points.map(({ identityHex, x, y }) => [identityHex, [x, y] as const]))
  const ranking = createMapRanking()
  const places = candidates.map(({ identityHex }) => {
    const position = positions.get(identityHex)
    return position ? ranking.addPlace(...position) : null
  })
  return { candidates, places, positions, ranking, learned: new Set() }
}

function learn({ positions, ranking, learned }: ReplayedMap, knowledge: SearchKnowledge): void {
  for (const { identityHex, state, validationAccuracy } of knowledge) {
    const position = positions.get(identityHex)
    if (state !== 'COMPLETED' || validationAccuracy === null || !position || learned.has(identityHex)) continue
    learned.add(identityHex)
    ranking.learn(...position, validationAccuracy)
  }
}

function* listRanked({ candidates, places, ranking }: ReplayedMap): Generator<Candidate> {
  for (const [index, candidate] of candidates.entries()) {
    const place = places[index]
    yield { ...toCandidate(candidate), prediction: place === null ? null : ranking.meanAt(place) }
  }
}

function toCandidate({ identityHex, expression }: ReplayCandidate): Candidate {
  return { id: identityHex, expression, prediction: null }
}
