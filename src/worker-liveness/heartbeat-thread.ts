// A thread beside the worker's main thread, which training may keep busy for seconds: it holds the worker's lock, beats,
// buries dead workers, and passes on which training jobs changed.
import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import { SOCKET_SETTINGS } from '../db/connection/connection-settings.js'
import { buryWorker, endSessions } from './bury-worker.js'
import type { HeartbeatData, HeartbeatMessage } from './heartbeat.js'
import { watchPulse } from './pulse.js'
import { type Suspects, sweepWorkers } from './sweep-workers.js'

const { url, announcement, beatSeconds, sweepSeconds, silentSeconds, stallSeconds, pulse } = workerData as HeartbeatData
const RECONNECT_MILLISECONDS = 500
const STATEMENT_MILLISECONDS = 5000
/** What a training may take to stop once it is cancelled: a step of a large network on a slow processor. */
const CANCEL_SECONDS = 5
const STANDARD_ERROR = 2

let workerId: number | null = null
/** The server process of the session before this one: it may still hold the lock when the network was cut. */
let formerHolder: number | null = null
const closing = new AbortController()
const tasks = watchPulse(pulse, stallSeconds)

parentPort?.on('message', () => closing.abort(new Error('closing')))
await live()
post({ kind: 'closed' })
parentPort?.close()

function post(message: HeartbeatMessage): void {
  parentPort?.postMessage(message)
}

/** One session after the other, until the worker closes or counts as dead. */
async function live(): Promise<void> {
  while (!closing.signal.aborted) {
    try {
      if ((await runSession()) === 'buried') return post({ kind: 'lost', reason: 'it counted as dead' })
    } catch (error) {
      if (!closing.signal.aborted) post({ kind: 'disconnected', reason: (error as Error).message })
    }
    await sleep(RECONNECT_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => {})
  }
}

async function runSession(): Promise<'buried' | 'closed'> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `actbench heartbeat ${announcement.poolId}`,
    connectionTimeoutMillis: STATEMENT_MILLISECONDS,
    query_timeout: STATEMENT_MILLISECONDS,
    ...SOCKET_SETTINGS,
  })
  const isFirst = workerId === null
  const session = new AbortController()
  const endSession = () => session.abort(closing.signal.reason)
  closing.signal.addEventListener('abort', endSession)
  client.on('error', (error) => session.abort(error))
  client.on('notification', ({ payload }) => passOn(payload))
  try {
    await client.connect()
    await takeLock(client, session.signal)
    if (!(await register(client))) return 'buried'
    // The main thread drops them on its side as soon as it hears of this one.
    if (!isFirst) await endSessions(client, announcement.lockKey)
    await client.query('LISTEN actbench')
    post({ kind: 'connected', workerId: workerId! })
    const result = await watch(client, session.signal)
    if (result === 'closed') await buryWorker(client, workerId!, true)
    return result
  } finally {
    closing.signal.removeEventListener('abort', endSession)
    // Not waited for: a connection that is cut would take its time.
    client.end().catch(() => {})
  }
}

/** Waits for the worker's lock; the session that held it before is over on this side, so the server may end it. */
async function takeLock(client: pg.Client, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean; pid: number }>(
      'SELECT pg_try_advisory_lock($1) AS taken, pg_backend_pid() AS pid',
      [announcement.lockKey],
    )
    if (rows[0].taken) {
      formerHolder = rows[0].pid
      return
    }
    if (formerHolder !== null) await client.query('SELECT pg_terminate_backend($1)', [formerHolder])
    await sleep(250, undefined, { signal })
  }
}

/** Writes the worker's row at the first session; false where it is gone at a later one. */
async function register(client: pg.Client): Promise<boolean> {
  if (workerId !== null) return beat(client)
  const { poolId, lockKey, host, processId, backend, device, datasets, tasks } = announcement
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO workers (pool_id, lock_key, host, process_id, backend, device, datasets, tasks)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (pool_id) DO UPDATE SET last_seen_at = now() RETURNING id`,
    [poolId, lockKey, host, processId, backend, device, datasets, tasks],
  )
  workerId = rows[0].id
  return true
}

async function watch(client: pg.Client, signal: AbortSignal): Promise<'buried' | 'closed'> {
  let suspects: Suspects = new Set()
  let lastBeat = performance.now()
  tasks.reset()
  for (;;) {
    if (tasks.isStalled()) await endProcess(client, `its task has not come on for ${stallSeconds} s`)
    if (await ignoresCancellation(client)) await endProcess(client, 'its training was cancelled and does not stop')
    const sweep = await sweepWorkers(client, suspects, { ownId: workerId, silentSeconds })
    suspects = sweep.suspects
    for (const id of sweep.buried) post({ kind: 'buried', workerId: id })
    if (performance.now() - lastBeat >= beatSeconds * 1000) {
      if (!(await beat(client))) return 'buried'
      lastBeat = performance.now()
    }
    try {
      await sleep(sweepSeconds * 1000, undefined, { signal })
    } catch {
      if (closing.signal.aborted) return 'closed'
      throw signal.reason
    }
  }
}

/** Says that the worker lives; false where its row is gone. Its task locks are renewed: the queue drops them after hours. */
async function beat(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('UPDATE workers SET last_seen_at = now() WHERE id = $1', [workerId])
  await client.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = now()
     WHERE locked_by = $1 AND locked_at < now() - interval '30 minutes'`,
    [announcement.poolId],
  )
  return rowCount === 1
}

/**
 * Whether the worker still does a training that was cancelled a while ago: in a step that takes long, or in a hang. One that
 * was cancelled before the worker took its task is let go by itself.
 */
async function ignoresCancellation(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM graphile_worker._private_jobs t JOIN training_jobs j
       ON j.id = CASE WHEN t.key LIKE 'train_activation:%' THEN split_part(t.key, ':', 2)::int END
     WHERE t.locked_by = $1 AND j.state = 'CANCELLED'
       AND greatest(j.finished_at, t.locked_at) < now() - make_interval(secs => $2)`,
    [announcement.poolId, CANCEL_SECONDS],
  )
  return rowCount !== 0
}

/**
 * Ends the whole process, whose task hangs: maybe in a loop that no signal reaches. Its job is given back first; a job that
 * does this again and again is given up like one that kills its workers.
 */
async function endProcess(client: pg.Client, reason: string): Promise<void> {
  const msg = `leaving: ${reason}`
  // The log of the main thread may not move any more.
  writeSync(STANDARD_ERROR, `${JSON.stringify({ level: 50, time: Date.now(), process: 'worker', msg })}\n`)
  await buryWorker(client, workerId!).catch(() => {})
  process.kill(process.pid, 'SIGKILL')
}

function passOn(payload: string | undefined): void {
  const { kind, id } = JSON.parse(payload ?? '{}') as { kind?: string; id?: number }
  if (kind === 'training_job' && id !== undefined) post({ kind: 'changed', trainingJobId: id })
}
