// This thread holds the worker's lock, beats, reaps dead workers, and passes on which training jobs changed. Training may
// keep the worker's main thread busy for seconds, so that thread cannot do it.
import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import { SOCKET_SETTINGS } from '../db/connection/connection-settings.js'
import { type KyselyDb, openKyselyOn } from '../db/connection/kysely.js'
import { listenToChanges } from '../db/connection/listener.js'
import { hasCancelledTraining, insertWorker, renewTaskLocks, touchWorker } from '../db/workers/register-worker.js'
import { endSession, endSessions, tryWorkerLock } from '../db/workers/worker-locks.js'
import type { HeartbeatData, HeartbeatMessage } from './heartbeat.js'
import { watchPulse } from './pulse.js'
import { reapWorker } from './reap-worker.js'
import { reapDeadWorkers, type Suspects } from './reaper.js'

const { url, announcement, beatSeconds, reapSeconds, silentSeconds, stallSeconds, pulse } = workerData as HeartbeatData
const RECONNECT_MILLISECONDS = 500
const LOCK_MILLISECONDS = 250
const REAP_TRIES = 10
const STATEMENT_MILLISECONDS = 5000
/** Time that a cancelled training gets to stop: a step of a large network takes long on a slow processor. */
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

/** Opens one session after the other, until the worker closes or counts as dead. */
async function live(): Promise<void> {
  while (!closing.signal.aborted) {
    try {
      if ((await runSession()) === 'reaped') return post({ kind: 'lost', reason: 'it counted as dead' })
    } catch (error) {
      if (!closing.signal.aborted) post({ kind: 'disconnected', reason: (error as Error).message })
    }
    await sleep(RECONNECT_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => {})
  }
}

async function runSession(): Promise<'reaped' | 'closed'> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `actbench heartbeat ${announcement.poolId}`,
    connectionTimeoutMillis: STATEMENT_MILLISECONDS,
    query_timeout: STATEMENT_MILLISECONDS,
    ...SOCKET_SETTINGS,
  })
  const isFirst = workerId === null
  const session = new AbortController()
  const abortSession = () => session.abort(closing.signal.reason)
  closing.signal.addEventListener('abort', abortSession)
  client.on('error', (error) => session.abort(error))
  client.on('notification', ({ payload }) => passOn(payload))
  try {
    await client.connect()
    const db = openKyselyOn(client)
    await takeLock(db, session.signal)
    if (!(await register(db))) return 'reaped'
    // The main thread drops them on its side as soon as it hears of this one.
    if (!isFirst) await endSessions(db, announcement.lockKey)
    await listenToChanges(client)
    post({ kind: 'connected', workerId: workerId! })
    const result = await watch(db, session.signal)
    if (result === 'closed') await giveBack(db, true)
    return result
  } finally {
    closing.signal.removeEventListener('abort', abortSession)
    // Not awaited, because closing a broken connection takes long.
    client.end().catch(() => {})
  }
}

/** Waits for the worker's lock. The session that held it before is over on this side, so the server may end it. */
async function takeLock(db: KyselyDb, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { isTaken, pid } = await tryWorkerLock(db, announcement.lockKey)
    if (isTaken) {
      formerHolder = pid
      return
    }
    if (formerHolder !== null) await endSession(db, formerHolder)
    await sleep(LOCK_MILLISECONDS, undefined, { signal })
  }
}

/** Stores the worker's row in the first session. Returns false in a later one if the row is gone. */
async function register(db: KyselyDb): Promise<boolean> {
  if (workerId !== null) return beat(db, workerId)
  const { poolId, lockKey, host, processId, backend, device, datasets, tasks } = announcement
  workerId = await insertWorker(db, {
    pool_id: poolId,
    lock_key: lockKey,
    host,
    process_id: processId,
    backend,
    device,
    datasets: [...datasets],
    tasks: [...tasks],
  })
  return true
}

async function watch(db: KyselyDb, signal: AbortSignal): Promise<'reaped' | 'closed'> {
  const id = workerId!
  let suspects: Suspects = new Set()
  let lastBeat = performance.now()
  tasks.reset()
  for (;;) {
    if (tasks.isStalled()) await endProcess(db, `its task has made no progress for ${stallSeconds} s`)
    if (await hasCancelledTraining(db, announcement.poolId, CANCEL_SECONDS)) {
      await endProcess(db, 'its training was cancelled and does not stop')
    }
    const search = await reapDeadWorkers(db, suspects, { ownId: id, silentSeconds })
    suspects = search.suspects
    for (const reaped of search.reaped) post({ kind: 'reaped', workerId: reaped })
    if (performance.now() - lastBeat >= beatSeconds * 1000) {
      if (!(await beat(db, id))) return 'reaped'
      lastBeat = performance.now()
    }
    try {
      await sleep(reapSeconds * 1000, undefined, { signal })
    } catch {
      if (closing.signal.aborted) return 'closed'
      throw signal.reason
    }
  }
}

/** Notes that the worker is alive and renews its locks on tasks. Returns false if its row is gone. */
async function beat(db: KyselyDb, id: number): Promise<boolean> {
  const isKnown = await touchWorker(db, id)
  await renewTaskLocks(db, announcement.poolId)
  return isKnown
}

/**
 * Kills the whole process, because its task hangs, possibly in a loop that no signal interrupts. Its job is given back
 * first. A job that hangs repeatedly fails, like a job that kills its workers.
 */
async function endProcess(db: KyselyDb, reason: string): Promise<void> {
  logError(`leaving: ${reason}`)
  // The process ends in any case: another worker reaps what cannot be given back now.
  await giveBack(db, false).catch((error: Error) => logError(`cannot give the job back: ${error.message}`))
  process.kill(process.pid, 'SIGKILL')
}

/** Reaps this worker. A statement of the main thread may hold its row for a moment; then it tries again. */
async function giveBack(db: KyselyDb, isOwn: boolean): Promise<void> {
  for (let rest = REAP_TRIES; rest > 0; rest--) {
    // A transaction that the main thread left open would hold the row for ever.
    if (!isOwn) await endSessions(db, announcement.lockKey)
    if (await reapWorker(db, workerId!, isOwn)) return
    await sleep(LOCK_MILLISECONDS)
  }
}

/** Writes a line like those of the log. The main thread may hang, so its log cannot be used. */
function logError(msg: string): void {
  writeSync(STANDARD_ERROR, `${JSON.stringify({ level: 50, time: Date.now(), process: 'worker', msg })}\n`)
}

function passOn(payload: string | undefined): void {
  const { kind, id } = JSON.parse(payload ?? '{}') as { kind?: string; id?: number }
  if (kind === 'training_job' && id !== undefined) post({ kind: 'changed', trainingJobId: id })
}
