import { toSchemaPattern } from '../../activations/schema-pattern.js'
import type { Database } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import { listReplayCandidates } from '../../db/searches/searched-functions.js'
import { findBestMeasured, listUnmeasuredUploads, listUploads } from '../../db/surrogates/uploaded-candidates.js'
import type { UploadedRow } from '../../db/surrogates/uploaded-predictions.js'
import { ActbenchError } from '../../errors.js'
import { BASELINE_EXPRESSIONS, type Candidate } from '../../surrogate/strategies/search-strategy.js'
import { createUploadedStrategy, type PredictedCandidate } from '../../surrogate/strategies/uploaded-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import { createDatabaseCache } from '../database-cache.js'
import { listUnmeasuredBaselines } from './baselines.js'
import type { CandidateSource } from './candidate-source.js'
import { STRATEGIES } from './strategies.js'

/** 50,000 functions take about 15 MB. */
const cache = createDatabaseCache<number, readonly PredictedCandidate[]>(8)

/**
 * The functions that an uploaded surrogate predicts: those of the schemas that the dataset has not measured, or in a replay the
 * measured ones. Throws CONFLICT if the surrogate was deleted.
 */
export async function openUploadedSource(database: Database, search: Search): Promise<CandidateSource> {
  const { surrogateId, surrogateVersion, datasetId, replay, seed } = search
  if (surrogateId === null) {
    const message = `search: its surrogate of version ${surrogateVersion} was deleted; expected one that exists`
    throw new ActbenchError('CONFLICT', message)
  }
  const [candidates, unmeasured, best] = await Promise.all([
    cache.get(database, search.id, () => listCandidates(database, search, surrogateId)),
    search.baselines && !replay ? listUnmeasuredBaselines(database.prisma, datasetId) : [],
    replay ? null : findBestMeasured(database.kysely, datasetId),
  ])
  const baselines = search.baselines && replay ? takeBaselines(candidates) : unmeasured
  const ranking = STRATEGIES[search.algorithm].ranksUploads ?? 'MEAN'
  return {
    ...{ surrogateId, isExhaustive: true },
    createStrategy: () => createUploadedStrategy({ baselines, candidates, ranking, best, seed }),
  }
}

async function listCandidates(
  { kysely }: Database,
  { replay, datasetId, schemas }: Search,
  surrogateId: number,
): Promise<readonly PredictedCandidate[]> {
  if (!replay) {
    return (await listUnmeasuredUploads(kysely, { surrogateId, datasetId, pattern: toSchemaPattern(schemas) })).map(
      toCandidate,
    )
  }
  const rowOf = new Map((await listUploads(kysely, surrogateId)).map((row) => [row.identityHex, row]))
  return (await listReplayCandidates(kysely, datasetId)).flatMap(({ identityHex, expression }) => {
    const row = rowOf.get(identityHex)
    return row ? [toCandidate({ ...row, expression })] : []
  })
}

/** A replay starts with the baselines among its functions. */
function takeBaselines(candidates: readonly PredictedCandidate[]): Candidate[] {
  const candidateOf = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  return BASELINE_EXPRESSIONS.flatMap((text) => candidateOf.get(describeActivation(text).identityHex) ?? [])
}

function toCandidate({ identityHex, expression, mean, standardDeviation }: UploadedRow): PredictedCandidate {
  return { id: identityHex, expression, prediction: mean, standardDeviation: standardDeviation ?? 0 }
}
