import { lockAdminKey } from '../../db/access/admin-key-lock.js'
import { findKeyByHash, hasOtherKey } from '../../db/access/find-key.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { ApiKey } from '../../db/generated/client.js'
import { createSecret, hashSecret } from './api-keys.js'

/** The result of `ensureAdminKey`. */
export interface AdminKey {
  /** The secret of a key that was created now, to be shown once; null if none was created. */
  readonly secret: string | null
  /** Why the key of the environment gives no rights; null if it gives them, or if the environment has none. */
  readonly problem: string | null
}

/**
 * Makes sure that somebody can administer the service. `start`, `migrate` and `server` call it; no other command changes
 * keys. A key from the environment becomes an ADMIN key, and the previous key from the environment is revoked. A revoked
 * key stays revoked: a process with an old environment, which is started again, must not end the newer key. Without a key
 * from the environment, a key is created if there has never been an ADMIN key.
 */
export async function ensureAdminKey(database: Database, fromEnvironment: string | null): Promise<AdminKey> {
  if (fromEnvironment && (await isAdopted(database, fromEnvironment))) return { secret: null, problem: null }
  return inTransaction(database, async (db) => {
    // Two processes that start at the same time create one key.
    await lockAdminKey(db.$kysely)
    if (fromEnvironment) return { secret: null, problem: await adoptKey(db, fromEnvironment) }
    if (await db.apiKey.findFirst({ where: { scopes: { has: 'ADMIN' } } })) return { secret: null, problem: null }
    const secret = createSecret()
    await db.apiKey.create({ data: { name: 'admin', scopes: ['ADMIN'], secretHash: await hashSecret(db, secret) } })
    return { secret, problem: null }
  })
}

const SETTING = 'ACTBENCH_ADMIN_KEY'

/** Whether nothing is left to do: most starts of a server find the key that another process adopted. */
async function isAdopted(database: Database, secret: string): Promise<boolean> {
  const secretHash = await hashSecret(database.prisma, secret)
  const known = await findKeyByHash(database.kysely, secretHash)
  return known !== undefined && !describeProblem(known) && !(await hasOtherKey(database.kysely, SETTING, secretHash))
}

async function adoptKey(db: Db, secret: string): Promise<string | null> {
  const secretHash = await hashSecret(db, secret)
  const known = await db.apiKey.findUnique({ where: { secretHash } })
  const problem = known && describeProblem(known)
  if (problem) return `${SETTING}: ${problem}; set a new value`
  await db.apiKey.updateMany({
    where: { name: SETTING, revokedAt: null, secretHash: { not: secretHash } },
    data: { revokedAt: new Date() },
  })
  if (!known) await db.apiKey.create({ data: { name: SETTING, scopes: ['ADMIN'], secretHash } })
  return null
}

function describeProblem({
  id,
  revokedAt,
  expiresAt,
  scopes,
}: Pick<ApiKey, 'id' | 'revokedAt' | 'expiresAt' | 'scopes'>): string | null {
  if (revokedAt) return `this is the secret of key ${id}, which was revoked at ${revokedAt.toISOString()}`
  if (expiresAt && expiresAt <= new Date()) return `this is the secret of key ${id}, which has expired`
  return scopes.includes('ADMIN') ? null : `this is the secret of key ${id}, which lacks the scope ADMIN`
}
