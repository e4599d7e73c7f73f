import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../../db/connection/client.js'
import { createOperationNames } from '../graphql/operation-names.js'
import { addDatabaseGauges } from './database-gauges.js'

/** The outcome of one operation. */
export interface MeasuredOperation {
  /** The name that the client gave it. */
  readonly name: string | null | undefined
  readonly type: 'query' | 'mutation' | 'subscription' | 'none'
  /** OK, or the code of its first error. */
  readonly code: string
  readonly seconds: number
  readonly hasKey: boolean
}

/** The metrics of one server, in the form that Prometheus reads. */
export interface Metrics {
  countOperation(operation: MeasuredOperation): void
  countRequest(request: { method: string; route: string; status: number; seconds: number }): void
  /** Adds the units that an operation was charged. */
  countCost(cost: number): void
  /** Counts a refusal that protects other clients: too many operations at once, or too many wrong keys. */
  countRefusal(reason: 'busy' | 'wrong_key' | 'throttled'): void
  /** Adds rows that were deleted because the operator does not keep them. */
  countDeleted(what: string, count: number): void
  /** Counts an anonymous query: answered with a kept answer, executed, or executed because its answer may not be kept. */
  countKept(result: 'hit' | 'miss' | 'unkept'): void
  /** Shows the memory of the kept answers. */
  showKeptBytes(read: () => number): void
  /**
   * Counts a query that could read from a copy of the database: it did, it read from the primary because the copy was behind,
   * or it failed on the copy and was repeated on the primary.
   */
  countReplicaRead(result: 'replica' | 'primary' | 'repeated'): void
  /** Shows for how many seconds at most the copy is behind. */
  showReplicaLag(read: () => number | null): void
  readonly openSockets: { inc(): void; dec(): void }
  readonly openSubscriptions: { inc(): void; dec(): void }
  /** The text of /metrics, in the format of `contentType`. Metrics from the database are left out while it is away. */
  write(): Promise<string>
  readonly contentType: string
}

/** The number of series is bounded: `createOperationNames` bounds the names of operations, and all other labels have few values. */
export function createMetrics(database: Pick<Database, 'pool' | 'kysely'>): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const operations = new Counter({
    name: 'actbench_operations_total',
    help: 'GraphQL operations, by the name that the client gave, type, and code of the first error (or OK)',
    labelNames: ['operation', 'type', 'code'],
    registers,
  })
  const operationSeconds = new Histogram({
    name: 'actbench_operation_seconds',
    help: 'Time from the arrival of a GraphQL operation to its answer',
    labelNames: ['operation', 'type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const requests = new Counter({
    name: 'actbench_http_requests_total',
    help: 'HTTP requests that were answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'actbench_http_request_seconds',
    help: 'Time from the arrival of an HTTP request to the end of its answer',
    labelNames: ['route'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers,
  })
  const cost = new Counter({ name: 'actbench_operation_cost_total', help: 'Units of cost charged', registers })
  const refusals = new Counter({
    name: 'actbench_refusals_total',
    help: 'Refusals that protect other clients: busy (too many at once), wrong_key, throttled (too many wrong keys)',
    labelNames: ['reason'],
    registers,
  })
  const deleted = new Counter({
    name: 'actbench_deleted_rows_total',
    help: 'Rows deleted because the settings ACTBENCH_KEEP_... do not keep them',
    labelNames: ['what'],
    registers,
  })
  const kept = new Counter({
    name: 'actbench_kept_answers_total',
    help: 'Anonymous queries: hit (a kept answer was sent), miss (executed), unkept (executed, may not be kept)',
    labelNames: ['result'],
    registers,
  })
  const replicaReads = new Counter({
    name: 'actbench_replica_reads_total',
    help: 'Queries that may use the read replica: replica, primary (the replica was behind), repeated (on the primary)',
    labelNames: ['result'],
    registers,
  })
  addDatabaseGauges(registry, database)
  const labelOf = createOperationNames()
  let readReplicaLag: () => number | null = () => null
  new Gauge({
    name: 'actbench_replica_lag_seconds',
    help: 'Seconds by which the read replica is behind at most; missing without one, and while it cannot be reached',
    registers,
    collect() {
      const seconds = readReplicaLag()
      if (seconds === null) this.remove()
      else this.set(seconds)
    },
  })
  return {
    countOperation({ name, type, code, seconds, hasKey }) {
      const operation = labelOf(name, hasKey)
      operations.inc({ operation, type, code })
      operationSeconds.observe({ operation, type }, seconds)
    },
    countRequest({ method, route, status, seconds }) {
      requests.inc({ method, route, status })
      requestSeconds.observe({ route }, seconds)
    },
    countCost: (units) => cost.inc(units),
    countRefusal: (reason) => refusals.inc({ reason }),
    countKept: (result) => kept.inc({ result }),
    countReplicaRead: (result) => replicaReads.inc({ result }),
    showReplicaLag(read) {
      readReplicaLag = read
    },
    showKeptBytes(read) {
      const help = 'Memory of the answers that are kept to be sent again, in bytes'
      new Gauge({
        ...{ name: 'actbench_kept_answers_bytes', help, registers },
        collect() {
          this.set(read())
        },
      })
    },
    countDeleted: (what, count) => deleted.inc({ what }, count),
    openSockets: new Gauge({ name: 'actbench_web_sockets', help: 'Open web sockets', registers }),
    openSubscriptions: new Gauge({ name: 'actbench_subscriptions', help: 'Open subscriptions', registers }),
    write: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
