import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type Database, openDatabase } from '../../../src/db/connection/client.js'
import { applyMigrations } from '../../../src/db/connection/migrate.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { createApiKey } from '../../../src/services/access/api-keys.js'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../../src/start/embedded-postgres.js'
import { findFreePort } from '../../../src/start/free-port.js'
import { readPostmaster } from '../../../src/start/postmaster-file.js'
import type { HeartbeatPace } from '../../../src/worker-liveness/heartbeat.js'
import { createTrainable } from '../fixtures/training-fixture.js'
import { openTcpProxy, type TcpProxy } from '../sockets/tcp-proxy.js'
import { type KeptProcess, keepProcess } from './kept-process.js'

/** Servers and workers with their own durable PostgreSQL. Each process is started again when it ends. */
export interface Cluster {
  /** A connection of the test that bypasses all proxies. */
  readonly database: Database
  readonly servers: readonly { readonly process: KeptProcess; readonly address: string }[]
  /** Each worker connects through its own proxy. */
  readonly workers: readonly { readonly process: KeptProcess; readonly proxy: TcpProxy }[]
  /** A key with the scope TRAIN. */
  readonly secret: string
  readonly pace: HeartbeatPace
  /** Kills PostgreSQL (-9) and starts it again on the same port after a pause. */
  killPostgres(awayMilliseconds: number): Promise<void>
  close(): Promise<void>
}

export interface ClusterOptions {
  readonly servers: number
  readonly workers: number
  readonly pace: HeartbeatPace
}

export async function openCluster({ servers, workers, pace }: ClusterOptions): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-faults-'))
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    let postgres: EmbeddedPostgres = await openEmbeddedPostgres(folder)
    closers.push(() => postgres.close())
    await applyMigrations(postgres.url)
    const database = openDatabase(postgres.url, { applicationName: 'actbench faults' })
    closers.push(() => database.close())
    await createTrainable(database, 'tiny')
    const admin = { apiKeyId: 0, name: 'faults', scopes: ['ADMIN' as const] }
    const { secret } = await createApiKey(database, admin, { name: 'faults', scopes: ['TRAIN'] })
    const started = {
      servers: await startServers(servers, postgres.url),
      workers: await startWorkers(workers, postgres.url, pace, (closer) => closers.push(closer)),
    }
    const kept = [...started.servers, ...started.workers].map((one) => one.process)
    for (const { stop } of kept) closers.push(stop)
    await Promise.all(kept.map(({ ready }) => ready()))
    return {
      database,
      ...started,
      secret,
      pace,
      async killPostgres(awayMilliseconds) {
        const { port } = postgres
        process.kill(readPostmaster(join(folder, 'postgres'))!.pid, 'SIGKILL')
        await postgres.exited
        await new Promise((done) => setTimeout(done, awayMilliseconds))
        postgres = await openEmbeddedPostgres(folder, { port })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function startServers(count: number, url: string) {
  const servers: { process: KeptProcess; address: string }[] = []
  for (let i = 0; i < count; i++) {
    const port = await findFreePort()
    const environment = {
      DATABASE_URL: url,
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'fatal',
      ACTBENCH_RATE_LIMIT: '0',
    }
    const server = keepProcess(join(PROJECT_ROOT, 'build/src/cli.js'), ['server'], environment)
    servers.push({ process: server, address: `http://127.0.0.1:${port}` })
  }
  return servers
}

async function startWorkers(
  count: number,
  url: string,
  pace: HeartbeatPace,
  after: (close: () => void) => void,
): Promise<{ process: KeptProcess; proxy: TcpProxy }[]> {
  const workers: { process: KeptProcess; proxy: TcpProxy }[] = []
  for (let i = 0; i < count; i++) {
    const proxy = await openTcpProxy({ after }, url)
    const argument = JSON.stringify({ databaseUrl: proxy.url, options: pace })
    workers.push({ process: keepProcess(join(PROJECT_ROOT, 'build/test/support/run-worker.js'), [argument]), proxy })
  }
  return workers
}
