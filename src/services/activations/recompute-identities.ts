import { computeIdentity, IDENTITY_VERSION, type Identity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { analyzeActivations } from '../../db/activations/analyze-activations.js'
import {
  countOutdated,
  keepIdentities,
  lockOutdated,
  type OutdatedActivation,
  storeIdentities,
} from '../../db/activations/old-identities.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inImportTransaction, lockImports } from '../../db/imports/import-transaction.js'
import { recomputeUploads } from './recompute-uploads.js'
import { type SpellingGroup, splitActivation } from './split-activation.js'

/** Numbers of stored functions whose identities were computed again. */
export interface RecomputedIdentities {
  readonly functions: number
  /** Number of functions that were part of another one before. */
  readonly split: number
}

/** Number of functions in one transaction, which takes about a second. */
const BATCH = 500

/**
 * Computes the identities of all functions that an earlier version stored. Expressions that this version tells apart become
 * functions of their own, with the evaluations, runs, trainings and suggestions of their expressions. Ids that clients have
 * still lead to their functions. Each batch is one transaction, so a process that is killed leaves no incomplete function,
 * and the next process continues.
 */
export async function recomputeIdentities(
  database: Database,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<RecomputedIdentities> {
  const total = await countOutdated(database.kysely, IDENTITY_VERSION)
  let functions = 0
  let split = 0
  while (functions < total) {
    onProgress(functions, total)
    const batch = await inImportTransaction(database, recomputeBatch)
    // Another process may have done the rest.
    if (batch.functions === 0) break
    functions += batch.functions
    split += batch.split
  }
  await recomputeUploads(database)
  if (functions > 0) await analyzeActivations(database.kysely)
  return { functions, split }
}

async function recomputeBatch(db: Db): Promise<RecomputedIdentities> {
  await lockImports(db.$kysely)
  const outdated = await lockOutdated(db.$kysely, IDENTITY_VERSION, BATCH)
  if (outdated.length === 0) return { functions: 0, split: 0 }
  await keepIdentities(
    db.$kysely,
    outdated.map(({ id }) => id),
  )
  const sorted = outdated.map((activation) => ({ activation, ...sortSpellings(activation) }))
  await storeIdentities(
    db.$kysely,
    IDENTITY_VERSION,
    sorted.map(({ activation, own }) => ({ id: activation.id, identityHex: own.id, isConstant: own.isConstant })),
  )
  let split = 0
  for (const { activation, others } of sorted) {
    if (others.length > 0) await splitActivation(db, activation, others)
    split += others.length
  }
  return { functions: outdated.length, split }
}

/** The identity of the representative, and the spellings of other functions by function. */
function sortSpellings({ expression, spellings, used }: OutdatedActivation): {
  own: Identity
  others: SpellingGroup[]
} {
  const own = identify(expression)
  const groups = new Map<string, { identity: Identity; spellings: string[]; used: string[] }>()
  const add = (kind: 'spellings' | 'used', text: string) => {
    const identity = text === expression ? own : identify(text)
    if (identity.id === own.id) return
    const group = groups.get(identity.id) ?? { identity, spellings: [], used: [] }
    groups.set(identity.id, group)
    group[kind].push(text)
  }
  for (const text of spellings) add('spellings', text)
  for (const text of used) add('used', text)
  return { own, others: [...groups.values()] }
}

function identify(text: string): Identity {
  return computeIdentity(parseExpression(text))
}
