import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'

export interface ReplicatedPostgres {
  readonly primary: EmbeddedPostgres
  /** Follows the primary by streaming replication. */
  readonly standby: EmbeddedPostgres
  close(): Promise<void>
}

/** Starts two PostgreSQL, the second one a copy of the first, migrated one. */
export async function openReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-standby-'))
  chmodSync(folder, 0o711)
  const [first, second] = [join(folder, 'primary'), join(folder, 'standby')]
  const original = await openEmbeddedPostgres(first, { isDurable: false })
  await applyMigrations(original.url)
  await original.close()
  cpSync(first, second, { recursive: true })
  const primary = await openEmbeddedPostgres(first, { isDurable: false })
  const { hostname, port, username, password } = new URL(primary.url)
  const address = `host=${hostname} port=${port} user=${username} password=${password}`
  appendFileSync(join(second, 'postgres/postgresql.auto.conf'), `primary_conninfo = '${address}'\n`)
  writeFileSync(join(second, 'postgres/standby.signal'), '')
  const standby = await openEmbeddedPostgres(second, { isDurable: false, createsDatabase: false })
  return {
    primary,
    standby,
    async close() {
      await standby.close()
      await primary.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
