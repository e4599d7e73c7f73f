import pg from 'pg'
import { SOCKET_SETTINGS } from './connection-settings.js'
import { TABLE_CHANNEL, type TableChangeLog } from './table-changes.js'

/** A connection that listens. */
export interface Listener {
  readonly client: pg.Client
  /** By `performance.now()`: when the last question was asked that the connection answered. */
  answeredAt(): number
  /** Waits for an answer of the connection. Rejects if it is lost or silent. */
  beat(): Promise<void>
  /**
   * Asks whether the connection answers. True: all that was committed before is told. False: it did not answer within a
   * quarter of a second, or it is lost.
   */
  ask(): Promise<boolean>
}

/** A connection may break unnoticed, for example if a cable is pulled. A query without a timely answer reveals this. */
export const BEAT_MILLISECONDS = 15_000
const PATIENCE_MILLISECONDS = 250

/** Makes a connection listen to the changes of rows. Each change arrives as a notification. */
export async function listenToChanges(client: pg.ClientBase): Promise<void> {
  await client.query('LISTEN actbench')
}

/**
 * Opens a connection that listens to changes of tables and of rows. The rows of a transaction are passed to `publish` after
 * `tables` was told of all tables of that transaction.
 */
export async function openListener(
  url: string,
  tables: TableChangeLog,
  publish: (payload: string) => void,
): Promise<Listener> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'actbench-events',
    ...SOCKET_SETTINGS,
    connectionTimeoutMillis: BEAT_MILLISECONDS,
    query_timeout: BEAT_MILLISECONDS,
  })
  client.on('error', () => {})
  let answeredAt = performance.now()
  const beat = oneAtATime(async () => {
    const askedAt = performance.now()
    await client.query('')
    answeredAt = askedAt
  })
  const deliver = deliverInOrder(beat, publish)
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === TABLE_CHANNEL) tables.tell(payload)
    else deliver(payload)
  })
  try {
    await client.connect()
    await client.query(`LISTEN ${TABLE_CHANNEL}`)
    await listenToChanges(client)
    tables.resume()
  } catch (error) {
    client.end().catch(() => {})
    throw error
  }
  return { client, answeredAt: () => answeredAt, beat, ask: () => answersInTime(beat()) }
}

/**
 * PostgreSQL sends all notifications of a transaction before it answers a question that arrived after the first of them. So
 * the answer says that those of its tables have arrived too.
 */
function deliverInOrder(ask: () => Promise<void>, publish: (payload: string) => void): (payload: string) => void {
  let waiting: string[] = []
  const release = () => {
    const ready = waiting
    waiting = []
    for (const payload of ready) publish(payload)
  }
  return (payload) => {
    // If the connection is lost, subscribers read everything again.
    if (waiting.push(payload) === 1) ask().then(release, () => {})
  }
}

/** Runs `work` after each call, and never twice at the same time. Calls that wait for the same run share it. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const run = () => {
    const current = work().finally(() => {
      if (running === current) running = null
    })
    running = current
    return current
  }
  return () => {
    if (!running) return run()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        return run()
      })
    return next
  }
}

async function answersInTime(answer: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((done) => {
    timer = setTimeout(done, PATIENCE_MILLISECONDS, false)
  })
  const inTime = answer.then(
    () => true,
    () => false,
  )
  return Promise.race([inTime, late]).finally(() => clearTimeout(timer))
}
