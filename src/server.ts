import { join } from 'node:path'
import { buildApp } from './app.js'
import { type Config, DEFAULT_RATE_LIMIT } from './config.js'
import { openDatabase } from './db/connection/client.js'
import { openEvents } from './db/connection/events.js'
import { followReplica } from './db/connection/read-replica.js'
import { DEFAULT_EXPORT_BYTES } from './http/exports/export-files.js'
import { openMetricsPort } from './http/metrics/serve-metrics.js'
import { keepHeapSmall, releaseMemoryWhenIdle } from './http/requests/release-memory.js'
import { createLog } from './log.js'
import { readVersion } from './root.js'
import { ensureAdminKey } from './services/access/admin-key.js'
import { createBudget } from './services/access/budget.js'
import { openMomentsWatch } from './services/activations/moments-watch.js'
import { openCountsWatch } from './services/evaluations/counts-watch.js'
import { openRetentionWatch } from './services/retention/retention-watch.js'
import { openSearchPreparation } from './services/searches/prepare-searches.js'
import { openTracing } from './tracing/open-tracing.js'
import { openWorkerWatch } from './worker-liveness/watch-workers.js'

export interface RunningServer {
  /** The address on which it listens, such as http://127.0.0.1:4000. */
  readonly address: string
  /** Answers the requests that it has accepted, ends subscriptions, and closes. */
  close(): Promise<void>
}

export type ServerConfig = Pick<Config, 'port' | 'host' | 'logLevel'> &
  Partial<
    Pick<Config, 'adminKey' | 'retention' | 'metricsPort' | 'statementSeconds' | 'readDatabaseUrl' | 'readLagSeconds'>
  > &
  Partial<
    Pick<
      Config,
      | 'limits'
      | 'rateLimit'
      | 'cacheSeconds'
      | 'answerCacheBytes'
      | 'exportCacheBytes'
      | 'dataFolder'
      | 'trustedProxies'
      | 'shutdownDelaySeconds'
      | 'tracing'
    >
  > & {
    readonly databaseUrl: string
  }

/** Connections to the database for requests. One more listens for changes. */
const MAX_CONNECTIONS = 20
/** Longest wait for a connection. After it the answer is SERVICE_UNAVAILABLE. */
const CONNECT_SECONDS = 5

/** Starts the HTTP process on a migrated database. Throws an error of one line if it cannot listen. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const log = createLog(config.logLevel, { process: 'server', pid: process.pid }, [config.adminKey ?? null])
  const version = readVersion()
  const tracing = await openTracing(config.tracing, { part: 'server', version }, log)
  const options = {
    applicationName: 'actbench-server',
    maxConnections: MAX_CONNECTIONS,
    connectSeconds: CONNECT_SECONDS,
    statementSeconds: config.statementSeconds ?? 30,
  }
  const database = openDatabase(config.databaseUrl, options)
  const events = await openEvents(config.databaseUrl, database.dropConnections).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  if (config.adminKey) {
    const { problem } = await ensureAdminKey(database, config.adminKey)
    if (problem) log.warn(problem)
  }
  const { limits, rateLimit = DEFAULT_RATE_LIMIT, cacheSeconds, trustedProxies, shutdownDelaySeconds = 0 } = config
  const replica = config.readDatabaseUrl
    ? followReplica(openDatabase(config.readDatabaseUrl, options), {
        primary: database,
        tables: events.tables,
        maxLagSeconds: config.readLagSeconds ?? 10,
        onChange: (isUsable) =>
          log.warn(
            isUsable ? 'queries read from the replica' : 'the replica is behind or away; queries read from the primary',
          ),
      })
    : null
  const app = await buildApp({
    database,
    replica,
    events,
    log,
    version,
    budget: createBudget(database, rateLimit),
    shutdownDelaySeconds,
    answerCacheBytes: config.answerCacheBytes ?? 0,
    keptExports: {
      folder: config.dataFolder === undefined ? null : join(config.dataFolder, 'exports'),
      mostBytes: config.exportCacheBytes ?? DEFAULT_EXPORT_BYTES,
    },
    ...(limits && { limits }),
    ...(cacheSeconds !== undefined && { cacheSeconds }),
    ...(trustedProxies && { trustedProxies }),
  })
  const { metricsPort } = config
  const metrics = metricsPort == null ? null : openMetricsPort(config.host, metricsPort, app.gate.metrics)
  const workers = openWorkerWatch(database, {
    onReaped: (id) => log.warn(`worker ${id} is dead; its tasks are free`),
    onError: (error) => log.error({ err: error }, 'dead workers could not be looked for'),
  })
  const retention =
    config.retention &&
    openRetentionWatch(database, config.retention, {
      onDeleted: app.gate.metrics.countDeleted,
      onError: (error) => log.error({ err: error }, 'expired rows could not be deleted'),
    })
  const counts = openCountsWatch(database, {
    onError: (error) => log.error({ err: error }, 'datasets could not be counted again'),
  })
  const moments = openMomentsWatch(database, {
    onError: (error) => log.error({ err: error }, 'moments of functions could not be computed'),
  })
  const searches = openSearchPreparation(database, events, {
    onError: (error) => log.error({ err: error }, 'searches could not be prepared after a fit'),
  })
  const memory = releaseMemoryWhenIdle()
  const close = async () => {
    memory.close()
    await retention?.close()
    await counts.close()
    await moments.close()
    await searches.close()
    await workers.close()
    await app.close()
    await replica?.close()
    await events.close()
    await metrics?.then((port) => port.close()).catch(() => {})
    await database.close()
    await tracing.close()
  }
  try {
    await metrics
    await keepHeapSmall()
    return { address: await app.http.listen({ host: config.host, port: config.port }), close }
  } catch (error) {
    await close()
    const { code, port = config.port } = error as { code?: string; port?: number }
    throw code === 'EADDRINUSE' ? new Error(`port ${port} of ${config.host} is in use`) : error
  }
}
