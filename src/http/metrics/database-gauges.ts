import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../../db/connection/client.js'
import { type Gauges, readGauges } from '../../db/operation/read-gauges.js'
import { readWorkerMetrics } from '../../db/operation/read-worker-metrics.js'
import { within } from '../requests/within.js'
import { addWorkerMetrics } from './worker-metrics.js'

/** A reading is reused for this time, so that more frequent scrapes do not burden the database. */
const KEPT_MILLISECONDS = 5000
/** How long a scrape waits for the database. */
const PATIENCE_MILLISECONDS = 2000

/** Adds gauges of the connections to the database, and of the queue, workers and surrogates in it. */
export function addDatabaseGauges(registry: Registry, { pool, kysely }: Pick<Database, 'pool' | 'kysely'>): void {
  const registers = [registry]
  const read = keepFor(KEPT_MILLISECONDS, () => {
    return within(PATIENCE_MILLISECONDS, readGauges(kysely).catch(unreachable), null)
  })
  addWorkerMetrics(
    registry,
    keepFor(KEPT_MILLISECONDS, () => within(PATIENCE_MILLISECONDS, readWorkerMetrics(kysely).catch(unreachable), null)),
  )
  const gauge = (name: string, help: string, labelNames: string[], fill: Fill) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset()
        const gauges = await read()
        if (gauges) fill(gauges, (labels, value) => this.set(labels, value))
      },
    })
  new Gauge({
    name: 'actbench_database_connections',
    help: 'Connections of this server to the database, and operations that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'waiting' }, pool.waitingCount)
      this.set({ state: 'limit' }, pool.options.max ?? 0)
    },
  })
  new Gauge({
    name: 'actbench_database_up',
    help: '1 if the database answered this scrape, else 0',
    registers,
    async collect() {
      this.set((await read()) ? 1 : 0)
    },
  })
  gauge('actbench_queue_tasks', 'Tasks in the queue', ['task', 'dataset', 'state'], ({ queue }, set) => {
    for (const { task, dataset, ...counts } of queue) {
      for (const state of ['waiting', 'running', 'failed'] as const) set({ task, dataset, state }, counts[state])
    }
  })
  gauge('actbench_queue_oldest_seconds', 'Age of the oldest waiting task', ['task', 'dataset'], ({ queue }, set) => {
    for (const { task, dataset, oldestSeconds } of queue) set({ task, dataset }, oldestSeconds)
  })
  gauge('actbench_training_jobs', 'Training jobs by state', ['dataset', 'state'], ({ jobs }, set) => {
    for (const { dataset, state, count } of jobs) set({ dataset, state }, count)
  })
  gauge('actbench_trainings_succeeded', 'Trainings that succeeded', ['dataset'], ({ trainings }, set) => {
    for (const { dataset, count } of trainings) set({ dataset }, count)
  })
  gauge(
    'actbench_training_seconds',
    'Total time of the trainings that succeeded',
    ['dataset'],
    ({ trainings }, set) => {
      for (const { dataset, seconds } of trainings) set({ dataset }, seconds)
    },
  )
  gauge('actbench_workers', 'Workers that were seen within a minute', ['backend', 'state'], ({ workers }, set) => {
    for (const { backend, alive, busy } of workers) {
      set({ backend, state: 'busy' }, busy)
      set({ backend, state: 'idle' }, alive - busy)
    }
  })
  gauge('actbench_queue_workers', 'Workers that take tasks of this kind', ['task', 'dataset'], ({ takers }, set) => {
    for (const { task, dataset, count } of takers) set({ task, dataset }, count)
  })
  gauge(
    'actbench_surrogate_age_seconds',
    'Time since the last fit',
    ['dataset', 'algorithm'],
    ({ surrogates }, set) => {
      for (const { dataset, algorithm, ageSeconds } of surrogates) set({ dataset, algorithm }, ageSeconds)
    },
  )
}

type Fill = (gauges: Gauges, set: (labels: Record<string, string>, value: number) => void) => void

const unreachable = () => null

/** Reuses a reading for this time: all gauges of a scrape share it. */
function keepFor<Value>(milliseconds: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: Promise<Value> | null = null
  let readAt = 0
  return () => {
    if (!kept || performance.now() - readAt > milliseconds) {
      kept = read()
      readAt = performance.now()
    }
    return kept
  }
}
