import { createHash } from 'node:crypto'
import { claimIdempotencyKey, findAnswer, type KnownAnswer, storeAnswer } from '../../db/access/idempotency-keys.js'
import type { Db } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { getValidOptionalText } from '../validate-input.js'

/** A mutation with the key that makes it repeatable. */
export interface RepeatableRequest {
  readonly apiKeyId: number
  readonly mutation: string
  /** Null or undefined if the client sent none: then the mutation runs each time. */
  readonly idempotencyKey: string | null | undefined
  /** The place of this part in a request whose parts are answered one by one; they share the key. */
  readonly part?: number
  /** The same key with another input is refused. Fields that are null or undefined, and the key itself, do not count. */
  readonly input: unknown
}

/** The ids of objects by the names of their types. */
export type AnswerIds = Readonly<Record<string, readonly number[]>>

/** How a mutation makes its answer, and how the answer is found again. */
export interface AnswerSteps<Answer> {
  /** Does the work. It is rolled back together with the key if it fails. */
  readonly run: () => Promise<Answer>
  readonly idsOf: (answer: Answer) => AnswerIds
  /** The same objects in their present state. If one is missing or left out, the answer is refused. */
  readonly load: (idsOf: (type: string) => number[]) => Promise<Answer | null>
}

/**
 * Runs a mutation once per idempotency key and day. Later calls with the same key, mutation and input get the same objects
 * in their present state, and change nothing. Of concurrent callers one does the work, and the others wait for its
 * transaction. If that is rolled back, the next caller does the work. `db` must be a transaction. Throws CONFLICT if the key
 * came with another mutation or input, or if an object of the answer was deleted meanwhile.
 */
export async function answerOnce<Answer>(
  db: Db,
  { apiKeyId, mutation, idempotencyKey, part, input }: RepeatableRequest,
  { run, idsOf, load }: AnswerSteps<Answer>,
): Promise<Answer> {
  const text = getValidOptionalText('idempotencyKey', idempotencyKey, 200)
  if (text === null) return run()
  // No key of a client has a line end at its end, so a part has a key of its own.
  const key = part === undefined ? text : `${text}\n${part}\n`
  const requestHash = new Uint8Array(createHash('sha256').update(toCanonicalJson(input)).digest())
  const request = { apiKeyId, key, mutation, requestHash }
  while (!(await claimIdempotencyKey(db.$kysely, request))) {
    const known = await findAnswer(db.$kysely, apiKeyId, key)
    // It has expired between the two statements. Claim it again.
    if (!known) continue
    requireSameRequest(known, mutation, requestHash)
    const answer = await load((type) => readIds(known, type))
    if (answer === null || toResults(idsOf(answer)).length < known.results.length) throw deletedMeanwhile()
    return answer
  }
  const answer = await run()
  await storeAnswer(db.$kysely, request, toResults(idsOf(answer)))
  return answer
}

function toResults(ids: AnswerIds): string[] {
  return Object.entries(ids).flatMap(([type, list]) => list.map((id) => `${type}:${id}`))
}

function readIds({ results }: KnownAnswer, type: string): number[] {
  const prefix = `${type}:`
  return results.filter((result) => result.startsWith(prefix)).map((result) => Number(result.slice(prefix.length)))
}

function requireSameRequest(known: KnownAnswer, mutation: string, requestHash: Uint8Array): void {
  const other =
    known.mutation !== mutation
      ? `mutation; expected ${known.mutation}, got ${mutation}`
      : Buffer.from(known.requestHash).equals(requestHash)
        ? null
        : 'input; send a new key for a new request'
  if (other === null) return
  throw new ActbenchError('CONFLICT', `idempotencyKey: this key came with another ${other}`, {
    argument: 'idempotencyKey',
  })
}

function deletedMeanwhile(): ActbenchError {
  const message = 'idempotencyKey: what this key created was deleted meanwhile; send a new key to create it again'
  return new ActbenchError('CONFLICT', message, { argument: 'idempotencyKey' })
}

/** JSON with sorted fields, without those that are null or undefined, and without the key. */
function toCanonicalJson(input: unknown): string {
  return JSON.stringify(input, (name, value) => {
    if (name === 'idempotencyKey' || value === null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
