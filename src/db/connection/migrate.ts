import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { IDENTITY_VERSION } from '../../activations/identity.js'
import { PROJECT_ROOT } from '../../root.js'

/** One folder of prisma/migrations: its name and the SQL in it. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/**
 * Brings a database up to date and returns the names of the migrations that it applied. Our migrations come first, then
 * those of the queue. Each of ours runs in its own transaction and is recorded in Prisma's table, so that `prisma
 * migrate deploy` agrees. If several processes start at once, the others wait for the first. Throws an error of one
 * line if the database belongs to a newer version, if an applied migration was changed, or if a migration fails and is
 * rolled back. `onMissing` gets their number before the first one is applied.
 */
export async function applyMigrations(
  url: string,
  migrations: readonly Migration[] = readMigrations(),
  onMissing: (count: number) => void = () => {},
): Promise<string[]> {
  const pool = openQuietPool(url)
  try {
    const client = await pool.connect()
    try {
      // The same lock as Prisma's, so that `prisma migrate deploy` and this function never run at once.
      await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
      const applied = await applyMissing(client, migrations, onMissing)
      await runQueueMigrations(pool)
      return applied
    } finally {
      // Closing the connection releases the lock, even after an error.
      client.release(true)
    }
  } finally {
    await pool.end()
  }
}

/** How the migrations of a database differ from those of this version. */
export interface MigrationGap {
  /** True if the database has no tables of actbench. */
  readonly isEmpty: boolean
  /** The first migration of this version that the database lacks. */
  readonly missing: string | null
  /** The first migration of the database that this version does not know. */
  readonly unknown: string | null
  /** True if `migrate` did not finish: functions have identities of an earlier version. False if a migration is missing. */
  readonly hasOldIdentities: boolean
}

/** Compares the migrations of a database with those of this version. */
export async function findMigrationGap(client: pg.ClientBase): Promise<MigrationGap> {
  const names = readMigrations().map(({ name }) => name)
  const { rows } = await client.query<{ is_there: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS is_there",
  )
  if (!rows[0].is_there) return { isEmpty: true, missing: names[0], unknown: null, hasOldIdentities: false }
  const applied = await client.query<{ migration_name: string }>(
    `SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
     ORDER BY migration_name`,
  )
  const known = new Set(applied.rows.map(({ migration_name }) => migration_name))
  const missing = names.find((name) => !known.has(name)) ?? null
  const unknown = [...known].find((name) => !names.includes(name)) ?? null
  return { isEmpty: false, missing, unknown, hasOldIdentities: missing === null && (await findOldIdentity(client)) }
}

async function findOldIdentity(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT EXISTS (SELECT FROM activations WHERE identity_version < ${IDENTITY_VERSION})`,
  )
  return rows[0].exists
}

/** Applies a migration in the caller's transaction and records it in Prisma's table, which is created if it is missing. */
export async function applyWithin(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(CREATE_TABLE)
    await client.query(migration.sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`,
      [randomUUID(), checksumOf(migration), migration.name],
    )
  } catch (error) {
    throw new Error(`the migration ${migration.name} failed: ${(error as Error).message}`, { cause: error })
  }
}

/** Waits until no other process migrates the database, and keeps others from it until the transaction ends. */
export async function lockMigrations(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [PRISMA_LOCK])
}

/** Brings the queue's own tables up to date. */
export async function migrateQueue(url: string): Promise<void> {
  const pool = openQuietPool(url)
  try {
    await runQueueMigrations(pool)
  } finally {
    await pool.end()
  }
}

/** The migrations that ship with this version, oldest first. */
export function readMigrations(folder: string = join(PROJECT_ROOT, 'prisma/migrations')): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }))
}

async function runQueueMigrations(pool: pg.Pool): Promise<void> {
  // Servers and workers only compare migrations, and keep no code in memory that they never run.
  const { Logger, runMigrations } = await import('graphile-worker')
  await runMigrations({ pgPool: pool, logger: new Logger(() => () => {}) })
}

/** The runner of the queue needs error listeners on a pool and its connections. The caller gets the errors anyway. */
function openQuietPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

const PRISMA_LOCK = 72707369

interface AppliedRow {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}

async function applyMissing(
  client: pg.PoolClient,
  migrations: readonly Migration[],
  onMissing: (count: number) => void,
): Promise<string[]> {
  await client.query(CREATE_TABLE)
  const { rows } = await client.query<AppliedRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  checkHistory(rows, migrations)
  const known = new Set(rows.map((row) => row.migration_name))
  const missing = migrations.filter((migration) => !known.has(migration.name))
  if (missing.length > 0) onMissing(missing.length)
  for (const migration of missing) await applyOne(client, migration)
  return missing.map((migration) => migration.name)
}

function checkHistory(rows: readonly AppliedRow[], migrations: readonly Migration[]): void {
  const shipped = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const row of rows) {
    const migration = shipped.get(row.migration_name)
    if (!migration) {
      throw new Error(
        `the database has the migration ${row.migration_name}, which this version does not know: it belongs to a newer version`,
      )
    }
    if (!row.finished_at) {
      throw new Error(
        `the migration ${row.migration_name} was begun by another tool and never finished; resolve it there`,
      )
    }
    if (row.checksum !== checksumOf(migration)) {
      throw new Error(`the migration ${row.migration_name} was changed after it had been applied to this database`)
    }
  }
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await applyWithin(client, migration)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** The checksum that Prisma's table has for a migration. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex')
}

/** In the format of Prisma's schema engine. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`
