import { compareExpressions } from '../../activations/compare-expressions.js'
import { depthOf, operatorsOf } from '../../activations/expression.js'
import type { Identity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { NewActivation } from '../../db/activations/insert-activations.js'
import type { OutdatedActivation } from '../../db/activations/old-identities.js'
import {
  attachRun,
  correctSuggestions,
  deleteEmptied,
  deleteSpellings,
  listLackingSpectra,
  listStrayRuns,
  moveImportedSpectra,
  moveMeasurements,
} from '../../db/activations/split-activation.js'
import type { Db } from '../../db/connection/client.js'
import { refreshMedians } from '../../db/evaluations/refresh-medians.js'
import { PRIORITY, queueTask, taskKey } from '../../db/queue.js'
import { findActivationIds } from '../../db/surrogates/find-points.js'
import { storeActivations, storeClientActivations } from './store-activations.js'

/** Expressions of one function that were those of another one. */
export interface SpellingGroup {
  readonly identity: Identity
  /** Its stored spellings. */
  readonly spellings: readonly string[]
  /** The expressions of its evaluations, trainings and suggestions, the oldest first. */
  readonly used: readonly string[]
}

/**
 * Makes groups of expressions functions of their own, with the measurements of these expressions, in the caller's
 * transaction. The function of the representative keeps its row, so surrogates that know it stay right.
 */
export async function splitActivation(
  db: Db,
  activation: Pick<OutdatedActivation, 'id' | 'isNamedByClient'>,
  groups: readonly SpellingGroup[],
): Promise<void> {
  const { id: from } = activation
  const ids = [from]
  for (const group of groups) {
    const id = await storeGroup(db, activation, group)
    await moveMeasurements(db.$kysely, from, id, group.used)
    ids.push(id)
  }
  await attachStrayRuns(db, ids)
  await correctSuggestions(db.$kysely, ids)
  await moveImportedSpectra(db.$kysely, from, ids)
  for (const { datasetId, name, version, activationId } of await listLackingSpectra(db.$kysely, ids)) {
    await queueTask(
      db.$kysely,
      'compute_features',
      { datasetId, activationId },
      {
        jobKey: taskKey('compute_features', datasetId, activationId),
        priority: PRIORITY.bulk,
        dataset: { name, version },
        maxAttempts: 1000,
      },
    )
  }
}

/** Stores the function of a group. Without a spelling of the stock, its name is the oldest expression of a client. */
async function storeGroup(
  db: Db,
  { id, isNamedByClient }: Pick<OutdatedActivation, 'id' | 'isNamedByClient'>,
  { identity, spellings, used }: SpellingGroup,
): Promise<number> {
  await deleteSpellings(db.$kysely, id, spellings)
  if (spellings.length === 0 || isNamedByClient) {
    await storeClientActivations(db, [toNewActivation(identity, [spellings[0] ?? used[0]])])
  } else {
    await storeActivations(db, [toNewActivation(identity, [...spellings].sort(compareExpressions))])
  }
  return (await findActivationIds(db.$kysely, [identity.id])).get(identity.id) as number
}

function toNewActivation({ id, ...identity }: Identity, expressions: readonly string[]): NewActivation {
  const tree = parseExpression(expressions[0])
  return { ...identity, identity: id, expressions, depth: depthOf(tree), operators: operatorsOf(tree) }
}

/** Attaches runs to the evaluations of their functions, and computes the medians of all evaluations that changed. */
async function attachStrayRuns(db: Db, ids: readonly number[]): Promise<void> {
  const changed = new Set<number>()
  for (const run of await listStrayRuns(db.$kysely, ids)) {
    changed.add(run.evaluationId).add(await attachRun(db.$kysely, run))
  }
  for (const id of await deleteEmptied(db.$kysely, [...changed])) await refreshMedians(db.$kysely, id)
}
