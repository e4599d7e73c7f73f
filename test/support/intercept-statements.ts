import type pg from 'pg'

/** Receives the text of a statement and a function that runs it. Returns the result for the sender of the statement. */
export type StatementHandler = (text: string, run: () => Promise<unknown>) => Promise<unknown>

type Query = (...args: unknown[]) => unknown

/**
 * Passes every statement on a connection of the pool to `handle`, no matter whether Prisma, Kysely or the pool sends it.
 * Returns a function that stops the interception.
 */
export function interceptStatements(pool: pg.Pool, handle: StatementHandler): () => void {
  const taken = new Map<pg.PoolClient, Query>()
  const take = (client: pg.PoolClient) => {
    const query = (client as unknown as { query: Query }).query.bind(client)
    taken.set(client, query)
    Object.assign(client, { query: (...args: unknown[]) => intercept(query, args, handle) })
  }
  const leave = (_: Error | undefined, client: pg.PoolClient) => {
    if (taken.delete(client)) Reflect.deleteProperty(client, 'query')
  }
  pool.on('acquire', take).on('release', leave)
  return () => {
    pool.off('acquire', take).off('release', leave)
    for (const client of [...taken.keys()]) leave(undefined, client)
  }
}

/** node-postgres takes a text or an object with a text, then values, then an optional callback instead of a promise. */
function intercept(query: Query, args: unknown[], handle: StatementHandler): unknown {
  const [statement] = args
  const callback = args[args.length - 1]
  const text = typeof statement === 'string' ? statement : (statement as { text: string }).text
  if (typeof callback !== 'function') return handle(text, () => query(...args) as Promise<unknown>)
  const run = () => query(...args.slice(0, -1)) as Promise<unknown>
  handle(text, run).then(
    (result) => callback(null, result),
    (error) => callback(error),
  )
}
