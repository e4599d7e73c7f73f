import type pg from 'pg'

/** Two processes that start at once import one after the other; held until the transaction ends. */
export async function lockSeeds(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK])
}

/** The checksum of what was imported under this name; null where nothing was. */
export async function findSeedChecksum(client: pg.ClientBase | pg.Pool, name: string): Promise<string | null> {
  const { rows } = await client.query<{ value: Buffer }>('SELECT value FROM settings WHERE name = $1', [`seed:${name}`])
  return rows[0]?.value.toString() ?? null
}

/** Notes what was imported, in the transaction that imports it. */
export async function recordSeedChecksum(client: pg.ClientBase, name: string, checksum: string): Promise<void> {
  await client.query(
    `INSERT INTO settings (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [`seed:${name}`, Buffer.from(checksum)],
  )
}

const SEED_LOCK = 7_305_002
