import type { Database } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import { countSuggested, listSuggested } from '../../db/searches/search-suggestions.js'
import { listUnmeasuredBaselines } from '../candidates/baselines.js'
import type { CandidateSource } from '../candidates/candidate-source.js'
import { openReplaySource } from '../candidates/replay-source.js'
import { STRATEGIES } from '../candidates/strategies.js'
import { openTransferSource } from '../candidates/transfer-source.js'
import { openUploadedSource } from '../candidates/uploaded-source.js'

/** Where the suggestions of a search come from: its algorithm, with what it knows now. Costly parts are kept for the next call. */
export async function openSearchSource(database: Database, search: Search): Promise<CandidateSource> {
  const { prisma, kysely } = database
  if (search.surrogateVersion !== null) return openUploadedSource(database, search)
  if (search.replay) return openReplaySource(database, search, () => listSuggested(kysely, search.id))
  const { live, rateTransferred } = STRATEGIES[search.algorithm]
  const listBaselines = async () =>
    live.startsWithBaselines && search.baselines ? listUnmeasuredBaselines(prisma, search.datasetId) : []
  if (search.transferFrom.length > 0 && rateTransferred) {
    const start = { rate: rateTransferred, baselines: await listBaselines() }
    return openTransferSource(database, search, start, () => listSuggested(kysely, search.id))
  }
  const [surrogate, suggested, baselines] = await Promise.all([
    live.findSurrogate?.(prisma, search.datasetId) ?? null,
    countSuggested(kysely, search.id),
    listBaselines(),
  ])
  return live.openSource({ database, search, surrogate, suggested, baselines })
}
