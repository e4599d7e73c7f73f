import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { Prisma } from '../generated/client.js'
import { PrismaClient } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'
import { openKysely } from './kysely.js'

// Services use Prisma's model API for simple rows and Kysely for all other statements, often in the same transaction.
// This file gives each Prisma handle a `$kysely` that sends its statements over the connection of that handle. See
// docs/decisions/0004-typed-queries.md.

/** What a query needs: the client itself or one of its transactions. `$kysely` runs in the same transaction. */
export type BridgedDb = Omit<Prisma.TransactionClient, '$transaction'> & { readonly $kysely: Kysely<Tables> }

/** Prisma's client, with `$kysely` on the client itself and on the handle of each interactive transaction. */
export type BridgedPrismaClient = Omit<PrismaClient, '$transaction'> & {
  readonly $kysely: Kysely<Tables>
  $transaction<Result>(
    work: (db: BridgedDb) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number; isolationLevel?: Prisma.TransactionIsolationLevel },
  ): Promise<Result>
}

/** A transaction that Prisma is opening. The adapter sets its connection. */
interface OpeningTransaction {
  client?: pg.PoolClient
  isOver: boolean
}

/**
 * Opens Prisma over a pool, with `kysely` as the `$kysely` outside of transactions. Prisma's client is made when it is first used: it
 * takes 15 MB, and a server that only answers anonymous queries needs none.
 */
export function openBridgedPrisma(pool: pg.Pool, kysely: Kysely<Tables>): BridgedPrismaClient {
  const opening = new AsyncLocalStorage<OpeningTransaction>()
  let opened: PrismaClient | undefined
  const open = () => {
    opened ??= new PrismaClient({ adapter: new ConnectionTrackingAdapter(pool, opening) })
    return opened
  }
  const $transaction: BridgedPrismaClient['$transaction'] = (work, options) => {
    const transaction: OpeningTransaction = { isOver: false }
    return opening.run(transaction, () =>
      open().$transaction((db) => work(withProperties(() => db, { $kysely: openOver(transaction) })), options),
    )
  }
  const $disconnect = async () => opened?.$disconnect()
  return withProperties(open, { $kysely: kysely, $transaction, $disconnect })
}

/** Prisma's adapter. It also reports the connection of each transaction to the caller of `$transaction`. */
class ConnectionTrackingAdapter extends PrismaPg {
  readonly #opening: AsyncLocalStorage<OpeningTransaction>

  constructor(pool: pg.Pool, opening: AsyncLocalStorage<OpeningTransaction>) {
    super(pool)
    this.#opening = opening
  }

  override async connect() {
    const adapter = await super.connect()
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => {
      const started = await start(isolationLevel)
      const transaction = this.#opening.getStore()
      if (!transaction) return started
      transaction.client = (started as unknown as { client: pg.PoolClient }).client
      for (const end of ['commit', 'rollback'] as const) {
        const finish = started[end].bind(started)
        // The connection goes back to the pool: a late statement must not run in another transaction.
        started[end] = () => {
          transaction.isOver = true
          return finish()
        }
      }
      return started
    }
    return adapter
  }
}

function openOver(transaction: OpeningTransaction): Kysely<Tables> {
  const query = (...args: unknown[]) => {
    if (transaction.isOver) throw new Error('$kysely: the transaction is over; expected all its statements before')
    return (transaction.client as unknown as { query(...args: unknown[]): unknown }).query(...args)
  }
  const connection = { query, release() {} } as unknown as pg.PoolClient
  return openKysely({ connect: async () => connection } as Pick<pg.Pool, 'connect'>)
}

/** Adds properties to what `open` returns. Its own members do not see them. */
function withProperties<Target extends object, Properties extends object>(
  open: () => Target,
  properties: Properties,
): Target & Properties {
  return new Proxy({} as Target, {
    get: (_, name) => (name in properties ? Reflect.get(properties, name) : Reflect.get(open(), name)),
    has: (_, name) => name in properties || name in open(),
  }) as Target & Properties
}
