import { AsyncResource } from 'node:async_hooks'
import type pg from 'pg'
import { isTracing, nameFailure, startSpan } from '../../tracing/spans.js'

type Callback = (error: Error | null, ...results: unknown[]) => void
type Query = (...args: unknown[]) => unknown

/**
 * Records a span for each statement of a pool that runs within a span. It shows the verb and the table, and neither the text
 * nor the values. Does nothing unless traces are recorded.
 */
export function traceStatements(pool: pg.Pool): void {
  if (!isTracing()) return
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query
    client.query = ((...args: unknown[]) => traceQuery(query, args)) as typeof client.query
  })
  // A caller that waits for a connection gets it in the context of the caller that gives it back.
  const connect = pool.connect.bind(pool) as (callback?: unknown) => unknown
  pool.connect = ((callback?: () => void) =>
    callback ? connect(AsyncResource.bind(callback)) : connect()) as typeof pool.connect
}

function traceQuery(query: Query, args: unknown[]): unknown {
  const text = readText(args[0])
  // Streams such as COPY send their rows through the connection; their text is not a statement of its own.
  if (text === null) return query(...args)
  const span = startSpan(nameStatement(text), { kind: 'client', attributes: { 'db.system.name': 'postgresql' } })
  const end = (error: unknown) => {
    if (error) span.fail(nameFailure(error))
    span.end()
  }
  const last = args.at(-1)
  if (typeof last === 'function') {
    const callback = last as Callback
    return query(...args.slice(0, -1), (error: Error | null, ...results: unknown[]) => {
      end(error)
      callback(error, ...results)
    })
  }
  const result = query(...args) as Promise<unknown>
  if (typeof result?.then !== 'function') {
    span.end()
    return result
  }
  return result.then(
    (rows) => {
      end(null)
      return rows
    },
    (error) => {
      end(error)
      throw error
    },
  )
}

function readText(first: unknown): string | null {
  if (typeof first === 'string') return first
  const { text, submit } = first as { text?: unknown; submit?: unknown }
  return typeof text === 'string' && typeof submit !== 'function' ? text : null
}

const TABLE = /\b(?:from|into|update|join)\s+(?:only\s+)?((?:"?[a-z_]\w*"?\.)?"?[a-z_]\w*"?)/i

/** Such as `SELECT training_jobs`: the verb and the first table or function after it. */
export function nameStatement(text: string): string {
  const verb = /^[\s(]*([a-z]+)/i.exec(text)?.[1].toUpperCase() ?? 'STATEMENT'
  const table = TABLE.exec(text)?.[1] ?? /\b(graphile_worker\.\w+)/.exec(text)?.[1]
  return table ? `${verb} ${table.replaceAll('"', '').replace(/^public\./, '')}` : verb
}
