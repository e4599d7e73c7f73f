import { toSchemaPattern } from '../../activations/schema-pattern.js'
import type { Database } from '../../db/connection/client.js'
import { listTabularRows } from '../../db/evaluations/list-measured.js'
import type { Search } from '../../db/generated/client.js'
import { listMatching } from '../../db/searches/transfer-datasets.js'
import { replayImprovement } from '../../surrogate/replay/improvement-replay.js'
import type { Replay } from '../../surrogate/replay/replay.js'
import type { Rating } from '../../surrogate/strategies/improvement-strategy.js'
import type { Candidate, CompletedCandidate } from '../../surrogate/strategies/search-strategy.js'
import { createTransferTrend, type TransferTrend } from '../../surrogate/transfer/transfer-trend.js'
import { createDatabaseCache } from '../database-cache.js'
import { type CandidateSource, listCompleted, type SearchKnowledge } from './candidate-source.js'
import { loadReplayedFeatures } from './replay-source.js'
import { openTransferDatasets, toTransferSources } from './transfer-datasets.js'

/** Functions that a search compares: those that the other datasets find best. */
const MOST_COMPARED = 3000

/** What a search by transfer begins with: functions to evaluate first, and how to rate the others. */
interface TransferredStart {
  readonly baselines: readonly Candidate[]
  readonly rate: Rating
}

/** A search that learns from other datasets, and the earlier measurements of its own dataset. */
interface TransferredSearch {
  readonly replay: Replay
  readonly measured: readonly CompletedCandidate[]
}

const cache = createDatabaseCache<number, TransferredSearch>(16)

/**
 * The functions of the schemas that other datasets know, compared by what these know of them. The search learns from the
 * measurements of its dataset at the first suggestion, and from its own completions. It needs no surrogate.
 */
export async function openTransferSource(
  database: Database,
  search: Search,
  start: TransferredStart,
  loadKnowledge: () => Promise<SearchKnowledge>,
): Promise<CandidateSource> {
  const { replay, measured } = await cache.get(database, search.id, () => openSearch(database, search, start))
  const prepare = async () => replay.prepare?.([...measured, ...listCompleted(await loadKnowledge())])
  await prepare()
  return {
    ...{ surrogateId: null, isExhaustive: false, prepareNext: prepare },
    createStrategy() {
      const strategy = replay.createStrategy()
      return {
        update: (completed, active) => strategy.update([...measured, ...completed], active),
        suggest: (count) => strategy.suggest(count),
      }
    },
  }
}

async function openSearch(
  database: Database,
  search: Search,
  { baselines, rate }: TransferredStart,
): Promise<TransferredSearch> {
  const sources = await openTransferDatasets(database, search)
  const rows = await listTabularRows(database.kysely, search.datasetId)
  const known = new Map(
    [...sources.flatMap(({ functions }) => functions), ...rows].map((own) => [own.activationId, own]),
  )
  const all = [...known.values()].sort((a, b) => (a.identityHex < b.identityHex ? -1 : 1))
  const trend = createTransferTrend(
    toTransferSources(
      sources,
      all.map(({ identityHex }) => identityHex),
    ),
  )
  const matching = await listMatching(
    database.kysely,
    Int32Array.from(all, ({ activationId }) => activationId),
    toSchemaPattern(search.schemas),
  )
  const measuredIds = new Set(rows.map(({ activationId }) => activationId))
  const chosen = chooseRows(
    trend,
    all.map(({ activationId }) => measuredIds.has(activationId)),
    (row) => matching.has(all[row].activationId),
  )
  const functions = Array.from(chosen, (row) => all[row])
  const candidates = functions.map(({ identityHex, expression }) => ({ id: identityHex, expression, prediction: null }))
  return {
    measured: rows.map(({ identityHex, validationAccuracy }) => ({ id: identityHex, validationAccuracy })),
    replay: replayImprovement(
      { candidates, baselines },
      await loadReplayedFeatures(database, search.datasetId, functions),
      search.seed,
      trend?.take(chosen) ?? null,
      rate,
    ),
  }
}

/** The measured functions, and the others of the schemas with the highest expected accuracy, by rising row. */
function chooseRows(
  trend: TransferTrend | null,
  isMeasured: readonly boolean[],
  isMatching: (row: number) => boolean,
): Int32Array {
  const rows = [...isMeasured.keys()]
  const open = rows.filter((row) => !isMeasured[row] && isMatching(row))
  const best = trend ? open.sort((a, b) => trend.means[b] - trend.means[a] || a - b) : open
  return Int32Array.from([...rows.filter((row) => isMeasured[row]), ...best.slice(0, MOST_COMPARED)]).sort()
}
