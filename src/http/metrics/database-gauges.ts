import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../../db/connection/client.js'
import { type Gauges, readGauges } from '../../db/operation/read-gauges.js'

/** What was read within this time is shown again: a scrape more costs the database nothing. */
const KEPT_MILLISECONDS = 5000
/** How long a scrape waits for the database. */
const PATIENCE_MILLISECONDS = 2000

/** Adds the state of the connections to the database, and what the database says of queue, workers and surrogates. */
export function addDatabaseGauges(registry: Registry, { pool }: Pick<Database, 'pool'>): void {
  const registers = [registry]
  const read = keepFor(KEPT_MILLISECONDS, () => withPatience(readGauges(pool)))
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
    help: '1 where the database answered this scrape, else 0',
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
  gauge('actbench_trainings_succeeded', 'Trainings that came to their end', ['dataset'], ({ trainings }, set) => {
    for (const { dataset, count } of trainings) set({ dataset }, count)
  })
  gauge('actbench_training_seconds', 'Time that these took, from start to end', ['dataset'], ({ trainings }, set) => {
    for (const { dataset, seconds } of trainings) set({ dataset }, seconds)
  })
  gauge('actbench_workers', 'Workers seen within a minute', ['backend', 'state'], ({ workers }, set) => {
    for (const { backend, alive, busy } of workers) {
      set({ backend, state: 'busy' }, busy)
      set({ backend, state: 'idle' }, alive - busy)
    }
  })
  gauge('actbench_surrogate_age_seconds', 'Since the last fit', ['dataset', 'algorithm'], ({ surrogates }, set) => {
    for (const { dataset, algorithm, ageSeconds } of surrogates) set({ dataset, algorithm }, ageSeconds)
  })
}

type Fill = (gauges: Gauges, set: (labels: Record<string, string>, value: number) => void) => void

/** Null where the database does not answer. */
async function withPatience(reading: Promise<Gauges>): Promise<Gauges | null> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), PATIENCE_MILLISECONDS)
  })
  try {
    return await Promise.race([reading.catch(() => null), patience])
  } finally {
    clearTimeout(timer)
  }
}

/** All gauges of a scrape share one reading. */
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
