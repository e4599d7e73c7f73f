import type { Database } from '../../db/connection/client.js'
import { loadVectors } from '../../db/features/load-vectors.js'
import type { Search, Surrogate } from '../../db/generated/client.js'
import { listReplayCandidates, type ReplayCandidate } from '../../db/searches/searched-functions.js'
import { toFeatureMatrix } from '../../surrogate/feature-vectors/feature-matrix.js'
import type { MapPoints, Replay } from '../../surrogate/replay/replay.js'
import { projectReplayedFeatures, type ReplayedFeatures } from '../../surrogate/replay/replayed-features.js'
import { REPLAYED_STRATEGIES } from '../../surrogate/replay/replayed-strategies.js'
import { listMeasuredPoints } from '../../surrogate/umap/measured-map.js'
import { createBoundedCache } from '../bounded-cache.js'
import { openAppliedMap } from '../surrogates/applied-surrogate.js'
import { findReadyMap } from '../surrogates/get-surrogate.js'
import { spectraOf, takeRows } from '../surrogates/load-fit-input.js'
import { type CandidateSource, listCompleted, type SearchKnowledge } from './candidate-source.js'
import { toReplayTable } from './replay-table.js'

const cache = createBoundedCache<string, Replay>(32)

/**
 * The candidates of a replay: the dataset's measured functions, by the search's algorithm. What is known is what this
 * search has completed; of the dataset's measurements nothing else is looked at, so a replay learns only what it pays for.
 */
export async function openReplaySource(
  database: Database,
  search: Search,
  listKnown: () => Promise<SearchKnowledge>,
): Promise<CandidateSource> {
  const surrogate = search.algorithm === 'SURROGATE' ? await findReadyMap(database.prisma, search.datasetId) : null
  const key = `${search.id}/${surrogate?.id ?? 0}`
  const replay = await cache.get(database, key, () => openReplay(database, search, surrogate))
  if (replay.prepare) await replay.prepare(listCompleted(await listKnown()))
  return {
    surrogateId: surrogate?.id ?? null,
    createStrategy: () => replay.createStrategy(),
    prepareNext: replay.prepare && (async () => replay.prepare?.(listCompleted(await listKnown()))),
  }
}

async function openReplay(database: Database, search: Search, surrogate: Surrogate | null): Promise<Replay> {
  const functions = await listReplayCandidates(database.kysely, search.datasetId)
  const table = toReplayTable(functions)
  return REPLAYED_STRATEGIES[search.algorithm]({
    ...{ table, seed: search.seed },
    loadMapPoints: async () => surrogate && loadMapPoints(database, surrogate, functions),
    loadFeatures: () => loadFeatures(database, search.datasetId, functions),
  })
}

/** The map's points of the candidates, by their ids. */
async function loadMapPoints(
  database: Database,
  surrogate: Surrogate,
  functions: readonly ReplayCandidate[],
): Promise<MapPoints> {
  const points = listMeasuredPoints((await openAppliedMap(database, surrogate)).fit)
  return new Map(
    functions.flatMap(({ activationId, identityHex }) => {
      const point = points.get(String(activationId))
      return point ? [[identityHex, point] as const] : []
    }),
  )
}

/** Features of the candidates, projected: the vectors themselves are let go. */
async function loadFeatures(
  database: Database,
  datasetId: number,
  functions: readonly ReplayCandidate[],
): Promise<ReplayedFeatures> {
  const ids = Int32Array.from(functions, ({ activationId }) => activationId)
  const loaded = await loadVectors(database, { kind: 'OUTPUTS' }, ids)
  const outputs = toFeatureMatrix(takeRows(loaded, ids), ids.length, 'outputs')
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })
  const source = spectraOf(dataset)
  const spectra = source && (await loadVectors(database, source, ids))
  const known = new Set(spectra?.activationIds)
  const rows = Int32Array.from(ids.keys()).filter((row) => known.has(ids[row]))
  const own = rows.map((row) => ids[row])
  const matrix = spectra && rows.length > 0 ? toFeatureMatrix(takeRows(spectra, own), own.length, 'spectra') : null
  return projectReplayedFeatures(outputs, matrix, rows)
}
