import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../../db/connection/client.js'
import { createOperationNames } from '../graphql/operation-names.js'
import { addDatabaseGauges } from './database-gauges.js'

/** What became of one operation. */
export interface MeasuredOperation {
  /** What the client called it. */
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
  /** Units of cost that an operation was charged. */
  countCost(cost: number): void
  /** Something was refused to protect the rest: too many at once, too many wrong keys. */
  countRefusal(reason: 'busy' | 'wrong_key' | 'throttled'): void
  readonly openSockets: { inc(): void; dec(): void }
  readonly openSubscriptions: { inc(): void; dec(): void }
  /** The text of /metrics, as `contentType` says. Metrics that need the database are left out while it is away. */
  write(): Promise<string>
  readonly contentType: string
}

/** Cardinality is bounded: names of operations are (see there), routes, codes, states and datasets with a queue too. */
export function createMetrics(database: Pick<Database, 'pool'>): Metrics {
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
    help: 'What was refused to protect the rest: busy (too many at once), wrong_key, throttled (too many wrong keys)',
    labelNames: ['reason'],
    registers,
  })
  addDatabaseGauges(registry, database)
  const labelOf = createOperationNames()
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
    openSockets: new Gauge({ name: 'actbench_web_sockets', help: 'Open web sockets', registers }),
    openSubscriptions: new Gauge({ name: 'actbench_subscriptions', help: 'Open subscriptions', registers }),
    write: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
