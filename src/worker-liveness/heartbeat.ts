import { Worker } from 'node:worker_threads'

/** The data that a worker stores in its row. */
export interface Announcement {
  /** The pool under which the queue locks its tasks. */
  readonly poolId: string
  /** Key of its advisory lock; also part of the name of its connections. */
  readonly lockKey: string
  readonly host: string
  readonly processId: number
  readonly backend: string
  readonly device: string
  /** Names of the datasets that it can train. */
  readonly datasets: readonly string[]
  /** Identifiers of the tasks that it takes. */
  readonly tasks: readonly string[]
}

/** Intervals and limits, in seconds. */
export interface HeartbeatPace {
  /** @defaultValue 10 */
  readonly beatSeconds?: number
  /** How often dead workers are searched for; a worker is reaped when two searches in a row found it dead. @defaultValue 2 */
  readonly reapSeconds?: number
  /** A worker without a beat for this time counts as dead, even if its connection is open. @defaultValue 40 */
  readonly silentSeconds?: number
  /** A task without progress for this time hangs, and its worker is ended. @defaultValue 1800 */
  readonly stallSeconds?: number
}

export interface HeartbeatEvents {
  onChange(trainingJobId: number): void
  /** The database was unreachable: connections may hang, and any job may have changed. */
  onReconnect(): void
  /** The worker counts as dead, and other workers have its tasks. */
  onLost(reason: string): void
  onLog(message: string): void
}

export interface Heartbeat {
  readonly workerId: number
  /** Gives back all tasks of the worker and deletes its row. */
  close(): Promise<void>
}

/** The input of the thread. */
export interface HeartbeatData extends Required<HeartbeatPace> {
  readonly url: string
  readonly announcement: Announcement
  /** See `Pulse`. */
  readonly pulse: SharedArrayBuffer
}

/** A message of the thread. */
export type HeartbeatMessage =
  | { readonly kind: 'connected'; readonly workerId: number }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'changed'; readonly trainingJobId: number }
  | { readonly kind: 'reaped'; readonly workerId: number }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'closed' }

/**
 * Starts the thread that registers the worker and keeps it alive in the database. Waits until it is registered, however
 * long the database is unreachable.
 */
export function openHeartbeat(
  url: string,
  announcement: Announcement,
  pulse: SharedArrayBuffer,
  events: HeartbeatEvents,
  pace: HeartbeatPace = {},
): Promise<Heartbeat> {
  const workerData: HeartbeatData = { url, announcement, pulse, ...DEFAULT_PACE, ...pace }
  const thread = new Worker(new URL('./heartbeat-thread.js', import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    let isRegistered = false
    const close = () => closeThread(thread)
    thread.on('error', (error) => (isRegistered ? events.onLost(error.message) : reject(error)))
    thread.on('message', (message: HeartbeatMessage) => {
      if (message.kind === 'lost') events.onLost(message.reason)
      if (message.kind === 'changed') events.onChange(message.trainingJobId)
      if (message.kind === 'disconnected') events.onLog(`the database is away: ${message.reason}`)
      if (message.kind === 'reaped') events.onLog(`worker ${message.workerId} is dead; its tasks are free`)
      if (message.kind !== 'connected') return
      if (isRegistered) events.onReconnect()
      isRegistered = true
      resolve({ workerId: message.workerId, close })
    })
  })
}

const DEFAULT_PACE = { beatSeconds: 10, reapSeconds: 2, silentSeconds: 40, stallSeconds: 1800 }

/** A thread that cannot reach the database is terminated, and other workers reap this worker. */
async function closeThread(thread: Worker): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 3000)
    thread.on('message', ({ kind }: HeartbeatMessage) => {
      if (kind !== 'closed') return
      clearTimeout(timer)
      resolve()
    })
    thread.postMessage('close')
  })
  await thread.terminate()
}
