import { setTimeout as sleep } from 'node:timers/promises'
import { BEAT_MILLISECONDS, type Listener, openListener } from './listener.js'
import { dropConnection } from './open-connections.js'
import { createTableChanges, type TableChanges } from './table-changes.js'

export type ChangeKind = 'training_job' | 'evaluation' | 'surrogate' | 'search'

/**
 * A changed row, which subscribers load by its id; it is missing if it was deleted. `dataset` says that a whole dataset was
 * deleted; everybody who follows something by the dataset gets it. After `resync`, changes may be missing: load all rows
 * again.
 */
export type Change =
  | {
      readonly kind: ChangeKind
      readonly id: number
      readonly datasetId: number
      /** The function and the text of an evaluation that was deleted. */
      readonly deleted?: { readonly activationId: number; readonly expression: string }
    }
  | { readonly kind: 'dataset'; readonly id: number; readonly datasetId: number }
  | { readonly kind: 'resync' }

/** Only rows that match these conditions. A missing condition matches all rows. */
export interface ChangeFilter {
  readonly id?: number
  readonly datasetId?: number
}

/** A connection that listens to the changes of the database. */
export interface Events {
  /**
   * The changes from this call on, until the iterator is returned or `close` is called. If a row changes several times
   * before the subscriber reads, it is sent once. Never throws: after a lost connection, one `resync` is sent.
   */
  subscribe(kind: ChangeKind, filter?: ChangeFilter): AsyncIterableIterator<Change>
  /** Which tables changed. It tells a change before any subscriber gets a row of the same transaction. */
  readonly tables: TableChanges
  /**
   * Whether the connection answered within the last `milliseconds`, or does so now; 0 always asks. If true, `tables` knows of
   * everything that was committed when the connection was asked.
   */
  isCurrent(milliseconds: number): boolean | Promise<boolean>
  close(): Promise<void>
}

/**
 * Listens on a separate connection, which is opened again if it is lost. Throws if the first attempt fails. If the
 * database stopped answering, `onSilence` is called after the reconnect, because other connections may be dead too.
 */
export async function openEvents(url: string, onSilence: () => void = () => {}): Promise<Events> {
  const subscribers = new Set<Subscriber>()
  const closing = new AbortController()
  const publish = (change: Change) => {
    for (const subscriber of subscribers) subscriber.push(change)
  }
  const tables = createTableChanges()
  const connect = () => openListener(url, tables, (payload) => publish(JSON.parse(payload) as Change))
  let listener = await connect()
  const listening = (async () => {
    for (;;) {
      const isSilent = (await watch(listener, closing.signal)) === 'silent'
      tables.lose()
      if (closing.signal.aborted) return
      const next = await reconnect(connect, closing.signal)
      if (!next) return
      listener = next
      if (isSilent) onSilence()
      publish({ kind: 'resync' })
    }
  })()
  return {
    subscribe(kind, filter = {}) {
      const subscriber = createSubscriber(kind, filter, () => subscribers.delete(subscriber))
      if (closing.signal.aborted) subscriber.end()
      else subscribers.add(subscriber)
      return subscriber.iterator
    },
    tables,
    isCurrent(milliseconds) {
      return (milliseconds > 0 && performance.now() - listener.answeredAt() < milliseconds) || listener.ask()
    },
    async close() {
      closing.abort()
      for (const subscriber of subscribers) subscriber.end()
      await listening
    },
  }
}

const MAX_BACK_OFF_MILLISECONDS = 5_000
/** If more rows than this wait for a subscriber, one `resync` replaces them. */
const MAX_WAITING = 10_000

interface Subscriber {
  readonly iterator: AsyncIterableIterator<Change>
  push(change: Change): void
  end(): void
}

/**
 * Resolves when the connection is lost or the signal is aborted; with 'silent' if a query was not answered in time.
 * Closes an open connection, but does not wait for a dead one.
 */
async function watch({ client, beat }: Listener, signal: AbortSignal): Promise<'silent' | 'ended'> {
  const reason = await new Promise<'silent' | 'ended'>((done) => {
    const finish = (why: 'silent' | 'ended') => {
      clearInterval(timer)
      signal.removeEventListener('abort', end)
      done(why)
    }
    const end = () => finish('ended')
    const fail = (error: Error) => finish(/timeout/i.test(error.message) ? 'silent' : 'ended')
    const timer = setInterval(() => beat().catch(fail), BEAT_MILLISECONDS)
    client.once('end', end)
    client.once('error', end)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
  })
  if (reason === 'silent') dropConnection(client)
  else await client.end().catch(() => {})
  return reason
}

async function reconnect(connect: () => Promise<Listener>, signal: AbortSignal): Promise<Listener | null> {
  for (let pause = 50; !signal.aborted; pause = Math.min(2 * pause, MAX_BACK_OFF_MILLISECONDS)) {
    try {
      return await connect()
    } catch {
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }
  return null
}

function createSubscriber(kind: ChangeKind, filter: ChangeFilter, forget: () => void): Subscriber {
  const waiting = new Map<number | 'dataset' | 'resync', Change>()
  let wake: (() => void) | null = null
  let isOver = false
  const end = () => {
    isOver = true
    waiting.clear()
    forget()
    wake?.()
  }
  const iterator: AsyncIterableIterator<Change> = {
    async next() {
      while (waiting.size === 0 && !isOver) {
        await new Promise<void>((done) => {
          wake = done
        })
      }
      const [first] = waiting
      if (!first) return { done: true, value: undefined }
      waiting.delete(first[0])
      return { done: false, value: first[1] }
    },
    async return() {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return {
    iterator,
    end,
    push(change) {
      if (change.kind === 'resync' || waiting.size >= MAX_WAITING) {
        waiting.clear()
        waiting.set('resync', { kind: 'resync' })
      } else if (change.kind === 'dataset') {
        if (filter.datasetId !== change.datasetId) return
        // Nothing else of the dataset can be read any more.
        waiting.clear()
        waiting.set('dataset', change)
      } else if (change.kind === kind && matches(change, filter)) {
        waiting.set(change.id, change)
      } else return
      wake?.()
    },
  }
}

function matches(change: { id: number; datasetId: number }, filter: ChangeFilter): boolean {
  return (
    (filter.id === undefined || filter.id === change.id) &&
    (filter.datasetId === undefined || filter.datasetId === change.datasetId)
  )
}
