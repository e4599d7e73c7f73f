import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { findKeyByHash, findSetting, recordKeyUse } from '../../db/access/find-key.js'
import type { Database, Db } from '../../db/connection/client.js'
import { type ApiKey, type Scope, Scope as ScopeNames } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from './viewer.js'

export interface CreateApiKeyInput {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt?: Date | null
}

/** Creates a key and returns its row with the secret, which is not stored anywhere. Scope: ADMIN. */
export async function createApiKey(
  database: Database,
  viewer: Viewer | null,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  requireScope(viewer, 'ADMIN')
  const data = getValidInput(input)
  const secret = createSecret()
  const secretHash = await hashSecret(database.prisma, secret)
  const apiKey = await database.prisma.apiKey.create({ data: { ...data, secretHash } })
  return { apiKey, secret }
}

/** Revokes a key at once; a revoked key stays as it is. Throws NOT_FOUND. Scope: ADMIN. */
export async function revokeApiKey(database: Database, viewer: Viewer | null, id: number): Promise<ApiKey> {
  requireScope(viewer, 'ADMIN')
  const { prisma } = database
  await prisma.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } })
  const apiKey = await prisma.apiKey.findUnique({ where: { id } })
  if (!apiKey) throw new ActbenchError('NOT_FOUND', `there is no key ${id}`)
  return apiKey
}

/** All keys, oldest first, including revoked ones. The caller checks the scope. */
export function listApiKeys(database: Database): Promise<ApiKey[]> {
  return database.prisma.apiKey.findMany({ orderBy: { id: 'asc' } })
}

/** The viewer with this secret; null if the key is unknown, revoked or expired. Records the use at most once a minute. */
export async function authenticate(database: Database, secret: string): Promise<Viewer | null> {
  if (secret.length > MAX_SECRET_LENGTH) return null
  const key = hashKeys.get(database) ?? (await getHashKey(database.prisma))
  hashKeys.set(database, key)
  const secretHash = hashWith(key, secret)
  const apiKey = await findKeyByHash(database.kysely, secretHash)
  // The index compares a keyed hash, so its timing reveals nothing about the secret. This comparison takes constant time.
  if (!apiKey || !timingSafeEqual(apiKey.secretHash, secretHash)) return null
  const now = new Date()
  if (apiKey.revokedAt || (apiKey.expiresAt && apiKey.expiresAt <= now)) return null
  await recordUse(database, apiKey, now)
  return { apiKeyId: apiKey.id, name: apiKey.name, scopes: apiKey.scopes }
}

/** Throws UNAUTHENTICATED if the key of a viewer was revoked, or expired, since it was authenticated. */
export async function requireLiveKey(database: Database, { apiKeyId }: Viewer): Promise<void> {
  const apiKey = await database.prisma.apiKey.findUnique({ where: { id: apiKeyId } })
  if (apiKey && !apiKey.revokedAt && !(apiKey.expiresAt && apiKey.expiresAt <= new Date())) return
  throw new ActbenchError('UNAUTHENTICATED', 'the key was revoked or has expired')
}

/** A new random secret of a key. */
export function createSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(32).toString('base64url')}`
}

/** HMAC-SHA-256 with a random key of this installation, so that nobody can search a stolen table of hashes offline. */
export async function hashSecret(db: Db, secret: string): Promise<Uint8Array<ArrayBuffer>> {
  return hashWith(await getHashKey(db), secret)
}

/** With this prefix a scanner recognises a secret that leaked into a public place. */
const SECRET_PREFIX = 'abk_'
const MAX_SECRET_LENGTH = 200
const HASH_SECRET = 'api_key_hash_secret'
const USE_RECORD_INTERVAL_MILLISECONDS = 60_000

function getValidInput({ name, scopes, expiresAt }: CreateApiKeyInput) {
  const trimmed = name.trim()
  if (!/^[^\p{C}]{1,100}$/u.test(trimmed)) {
    throw new ActbenchError('BAD_USER_INPUT', 'name: expected 1 to 100 characters without control characters', {
      argument: 'name',
    })
  }
  const unknown = scopes.find((scope) => !Object.hasOwn(ScopeNames, scope))
  if (scopes.length === 0 || unknown) {
    const came = unknown ? `'${unknown}'` : 'none'
    throw new ActbenchError(
      'BAD_USER_INPUT',
      `scopes: expected one or more of ${Object.keys(ScopeNames).join(', ')}, got ${came}`,
      {
        argument: 'scopes',
      },
    )
  }
  if (expiresAt && !(expiresAt.getTime() > Date.now())) {
    throw new ActbenchError('BAD_USER_INPUT', 'expiresAt: expected a time in the future', { argument: 'expiresAt' })
  }
  return { name: trimmed, scopes: [...new Set(scopes)], expiresAt: expiresAt ?? null }
}

/** The key of the hashes never changes, and every request with an API key needs it. */
const hashKeys = new WeakMap<Database, Uint8Array>()

function hashWith(key: Uint8Array, secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(secret).digest())
}

async function getHashKey(db: Db): Promise<Uint8Array> {
  return (await readHashSecret(db)) ?? (await createHashSecret(db))
}

async function readHashSecret(db: Db): Promise<Uint8Array | null> {
  return (await findSetting(db.$kysely, HASH_SECRET)) ?? null
}

async function createHashSecret(db: Db): Promise<Uint8Array> {
  await db.setting.createMany({
    data: [{ name: HASH_SECRET, value: new Uint8Array(randomBytes(32)) }],
    skipDuplicates: true,
  })
  const secret = await readHashSecret(db)
  if (!secret) throw new Error('the secret of the key hashes could not be stored')
  return secret
}

async function recordUse(
  { kysely }: Database,
  { id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>,
  now: Date,
): Promise<void> {
  const due = new Date(now.getTime() - USE_RECORD_INTERVAL_MILLISECONDS)
  if (lastUsedAt && lastUsedAt > due) return
  await recordKeyUse(kysely, id, now, due)
}
