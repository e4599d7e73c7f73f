import { type Kysely, sql } from 'kysely'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'
import { enumValues } from '../tables/lists.js'

// Every request with a key runs these. Prisma would load its query compiler for them, 24 MB in a server that only reads.

const keyByHash = compileOnce((db, { secretHash }: Placeholders<{ secretHash: Buffer }>) =>
  db
    .selectFrom('api_keys as k')
    .select((eb) => [
      'k.id',
      'k.name',
      enumValues(eb.ref('k.scopes')).as('scopes'),
      'k.secret_hash as secretHash',
      'k.last_used_at as lastUsedAt',
      'k.expires_at as expiresAt',
      'k.revoked_at as revokedAt',
    ])
    .where('k.secret_hash', '=', secretHash),
)

/** The key with this hash, or undefined. It may be revoked or expired. */
export async function findKeyByHash(db: Kysely<Tables>, secretHash: Uint8Array) {
  const [key] = await keyByHash(db, { secretHash: Buffer.from(secretHash) })
  return key
}

/** Records that a key is used, unless that was recorded after `due`. */
export async function recordKeyUse(db: Kysely<Tables>, id: number, now: Date, due: Date): Promise<void> {
  await db
    .updateTable('api_keys as k')
    .set({ last_used_at: now })
    .where('k.id', '=', id)
    .where((eb) => eb.or([eb('k.last_used_at', 'is', null), eb('k.last_used_at', '<=', due)]))
    .execute()
}

/** The value of a setting; undefined if it is not stored. */
export async function findSetting(db: Kysely<Tables>, name: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('settings as s').select('s.value').where('s.name', '=', name).executeTakeFirst()
  return row?.value
}

/** Whether a valid key with another hash has this name. */
export async function hasOtherKey(db: Kysely<Tables>, name: string, secretHash: Uint8Array): Promise<boolean> {
  const row = await db
    .selectFrom('api_keys as k')
    .select(sql<number>`1`.as('one'))
    .where('k.name', '=', name)
    .where('k.revoked_at', 'is', null)
    .where('k.secret_hash', '<>', Buffer.from(secretHash))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
