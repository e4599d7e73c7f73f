import type { Database } from '../../db/connection/client.js'
import { loadVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import type { Search } from '../../db/generated/client.js'
import { listReplayCandidates, type ReplayCandidate } from '../../db/searches/searched-functions.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { type FeatureMatrix, toFeatureMatrix } from '../../surrogate/feature-vectors/feature-matrix.js'
import type { MapPoints, Replay } from '../../surrogate/replay/replay.js'
import { projectReplayedFeatures, type ReplayedFeatures } from '../../surrogate/replay/replayed-features.js'
import { listMeasuredPoints } from '../../surrogate/umap/measured-map.js'
import { createDatabaseCache } from '../database-cache.js'
import { openAppliedMap } from '../surrogates/applied-surrogate.js'
import { spectraOf, takeRows } from '../surrogates/load-spectra.js'
import { type CandidateSource, listCompleted, type SearchKnowledge } from './candidate-source.js'
import { toReplayTable } from './replay-table.js'
import { STRATEGIES } from './strategies.js'
import { openTransferDatasets, toTransferSources } from './transfer-datasets.js'

const cache = createDatabaseCache<string, Replay>(32)

/**
 * The candidates of a replay: the measured functions of its dataset. Its strategy learns only the metrics that the search
 * has completed, and no other measurement of the dataset.
 */
export async function openReplaySource(
  database: Database,
  search: Search,
  loadKnowledge: () => Promise<SearchKnowledge>,
): Promise<CandidateSource> {
  const { replay: strategy } = STRATEGIES[search.algorithm]
  const surrogate = (await strategy.findSurrogate?.(database.prisma, search.datasetId)) ?? null
  const replay = await cache.get(database, `${search.id}/${surrogate?.id ?? 0}`, async () => {
    const functions = await listReplayCandidates(database.kysely, search.datasetId)
    const table = toReplayTable(functions)
    return strategy.open({
      table: search.baselines ? table : { ...table, baselines: [] },
      ...{ seed: search.seed, rungs: search.rungs },
      loadMapPoints: async () => surrogate && loadMapPoints(database, surrogate, functions),
      loadFeatures: () => loadReplayedFeatures(database, search.datasetId, functions),
      loadTransfer: async () =>
        toTransferSources(
          await openTransferDatasets(database, search),
          functions.map(({ identityHex }) => identityHex),
        ),
    })
  })
  if (replay.prepare) await replay.prepare(listCompleted(await loadKnowledge()))
  return {
    surrogateId: surrogate?.id ?? null,
    isExhaustive: true,
    createStrategy: () => replay.createStrategy(),
    prepareNext: replay.prepare && (async () => replay.prepare?.(listCompleted(await loadKnowledge()))),
  }
}

async function loadMapPoints(
  database: Database,
  surrogate: SurrogateRow,
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

/** The projected features of the candidates. The vectors themselves are released. */
export async function loadReplayedFeatures(
  database: Database,
  datasetId: number,
  functions: readonly Pick<ReplayCandidate, 'activationId'>[],
): Promise<ReplayedFeatures> {
  const ids = Int32Array.from(functions, ({ activationId }) => activationId)
  const outputs = toMatrix(await loadVectors(database, { kind: 'OUTPUTS' }, ids), ids, 'outputs')
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })
  const source = spectraOf(dataset)
  const spectra = source && (await loadVectors(database, source, ids))
  const known = new Set(spectra?.activationIds)
  const rows = Int32Array.from(ids.keys()).filter((row) => known.has(ids[row]))
  const own = rows.map((row) => ids[row])
  return projectReplayedFeatures(outputs, spectra && toMatrix(spectra, own, 'spectra'), rows)
}

function toMatrix(block: VectorBlock, ids: Int32Array, argument: string): FeatureMatrix {
  return toFeatureMatrix(takeRows(block, ids), ids.length, argument)
}
