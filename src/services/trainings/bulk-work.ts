import { listFinite } from '../../db/activations/list-finite.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset } from '../../db/generated/client.js'
import { storeExpressions } from '../activations/store-expressions.js'

/** Trainings or spectra of many functions that are in the queue. */
export interface BulkWork {
  readonly total: number
  /** What was done before. */
  readonly done: number
  /** The best of that. */
  readonly best: { readonly expression: string; readonly accuracy: number } | null
  /** What is not queued, and why. */
  readonly refused: readonly { readonly expression: string; readonly reason: string }[]
  /** Ids of what is queued and has not ended: of training jobs, or of the functions that spectra are for. */
  readonly waiting: readonly number[]
}

/** What a bulk request names: each function once. */
export interface BulkRequest {
  readonly dataset: Dataset
  readonly expressions: readonly string[]
  /** Ends it after the functions at hand: those are queued, the rest is not. */
  readonly signal?: AbortSignal
  /** Called with the number of pieces that are looked through, of all. */
  onProgress?(done: number, total: number): void
}

/** A function as bulk work passes it around: the spelling that was asked for. */
export interface BulkFunction {
  readonly id: number
  readonly expression: string
}

/** Functions of one transaction: rows of so many are locked together. */
export const BULK_CHUNK = 250

/** The stored functions of the expressions, in their order; those that are not finite are set apart. */
export async function storeFiniteFunctions(
  database: Database,
  { expressions, signal }: BulkRequest,
): Promise<{ functions: BulkFunction[]; refused: BulkWork['refused'] }> {
  const functions: BulkFunction[] = []
  const refused: { expression: string; reason: string }[] = []
  for (let start = 0; start < expressions.length && !signal?.aborted; start += BULK_CHUNK) {
    const chunk = expressions.slice(start, start + BULK_CHUNK)
    const ids = await inTransaction(database, (db) => storeExpressions(db, chunk))
    const finite = await listFinite(database.kysely, [...ids.values()])
    for (const expression of chunk) {
      const id = ids.get(expression) as number
      if (finite.has(id)) functions.push({ id, expression })
      else refused.push({ expression, reason: 'it is not finite' })
    }
  }
  return { functions, refused }
}
