import { LRUCache } from 'lru-cache'
import { chargeAnyway, chargeBudget, sweepBudgets, WINDOW_SECONDS } from '../../db/access/charge-budget.js'
import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'

export { WINDOW_SECONDS }

/** The units that a client may spend per minute. All servers of a database share it. */
export interface Budget {
  /** Units per minute; 0 stands for unlimited. */
  readonly limit: number
  /** Charges a client such as `key:7`. `isAccepted` is false if the budget does not allow it. Rejects if the database is away. */
  charge(client: string, cost: number): Promise<Spending>
  /**
   * Charges a client for work that was done before its operation was refused, even if that exceeds the budget. Then
   * `findRefusal` refuses the client until its debt is paid.
   */
  chargeAnyway(client: string, cost: number): Promise<void>
  /**
   * Gives units of a charge back. They count from the client's next charge on this server, with the same statement. They are
   * lost if the server ends before that; the budget has refilled by then.
   */
  refund(client: string, cost: number): void
  /** The answer of `charge` for a client that has nothing left, if this server knows that without the database; else null. */
  findRefusal(client: string): Spending | null
}

/** The result of a charge, and the rest of the budget. */
export interface Spending {
  readonly isAccepted: boolean
  readonly cost: number
  readonly limit: number
  readonly remaining: number
  /** When the budget is whole again. */
  readonly resetAt: Date
  /** Seconds until the same cost can be charged; 0 if it was charged. */
  readonly retryAfterSeconds: number
}

/** What a client owed at a moment of `performance.now()`. */
interface KnownDebt {
  readonly debtSeconds: number
  readonly at: number
}

/** Creates a budget of `limit` units per minute, stored in the database. With 0 nothing is charged. */
export function createBudget(database: Database, limit: number): Budget {
  const refusals = new LRUCache<string, KnownDebt>({ max: MAX_REFUSALS })
  /** Units that still have to be charged to clients whose charge is in progress. */
  const owed = new Map<string, number>()
  /** Seconds to give back with the next charge. */
  const refunds = new LRUCache<string, number>({ max: MAX_REFUSALS, ttl: WINDOW_SECONDS * 1000 })
  let charges = 0

  const giveBack = (client: string, seconds: number) => {
    if (seconds > 0) refunds.set(client, (refunds.get(client) ?? 0) + seconds)
  }

  const charge = async (client: string, seconds: number) => {
    const refund = refunds.get(client) ?? 0
    refunds.delete(client)
    const known = refusals.get(client)
    if (known) {
      // The debt at the refusal, less the time since then, is the least that the client can owe now.
      const debtSeconds = owe(known)
      if (Math.max(0, debtSeconds - refund) + seconds > WINDOW_SECONDS) {
        giveBack(client, refund)
        return { isAccepted: false, debtSeconds }
      }
      refusals.delete(client)
    }
    const charged = await chargeBudget(database.kysely, client, seconds, refund)
    if (!charged.isAccepted) {
      giveBack(client, refund)
      remember(refusals, client, charged.debtSeconds)
    }
    if (++charges % CHARGES_PER_SWEEP === 0) await sweepBudgets(database.kysely)
    return charged
  }

  return {
    limit,
    async chargeAnyway(client, cost) {
      if (limit === 0 || cost === 0) return
      const waiting = owed.get(client)
      owed.set(client, (waiting ?? 0) + cost)
      // The charge in progress includes this one, so that refusals of a client use only one connection.
      if (waiting !== undefined) return
      try {
        for (let due = cost; due > 0; due = owed.get(client) ?? 0) {
          owed.set(client, 0)
          const debtSeconds = await chargeAnyway(database.kysely, client, (due / limit) * WINDOW_SECONDS)
          if (debtSeconds > WINDOW_SECONDS) remember(refusals, client, debtSeconds)
        }
      } finally {
        owed.delete(client)
      }
    },
    refund(client, cost) {
      if (limit > 0) giveBack(client, (cost / limit) * WINDOW_SECONDS)
    },
    findRefusal(client) {
      const debtSeconds = limit === 0 ? 0 : owe(refusals.get(client)) - (refunds.get(client) ?? 0)
      return debtSeconds < WINDOW_SECONDS ? null : describe(false, 1, limit, debtSeconds)
    },
    async charge(client, cost) {
      if (limit === 0) return describe(true, cost, UNLIMITED, 0)
      const { isAccepted, debtSeconds } = await charge(client, (cost / limit) * WINDOW_SECONDS)
      return describe(isAccepted, cost, limit, debtSeconds)
    },
  }
}

/** Throws RATE_LIMITED if the charge was refused. */
export function requireAccepted({ isAccepted, cost, remaining, limit, retryAfterSeconds }: Spending): void {
  if (isAccepted) return
  const message = `this costs ${cost} units, and ${remaining} are left of ${limit} a minute: try again in ${retryAfterSeconds} s`
  throw new ActbenchError('RATE_LIMITED', message, { retryAfterSeconds })
}

/** The value of `limit` and `remaining` without a limit: the largest Int. */
const UNLIMITED = 2 ** 31 - 1
const CHARGES_PER_SWEEP = 1000
/** Number of refused clients that are remembered, so that refusing them again costs the database nothing. */
const MAX_REFUSALS = 10_000

/** The rest of a debt, in seconds. */
function owe(known: KnownDebt | undefined): number {
  return known ? Math.max(0, known.debtSeconds - (performance.now() - known.at) / 1000) : 0
}

function remember(refusals: LRUCache<string, KnownDebt>, client: string, debtSeconds: number) {
  refusals.set(client, { debtSeconds, at: performance.now() })
}

function describe(isAccepted: boolean, cost: number, limit: number, debtSeconds: number): Spending {
  const missing = debtSeconds - WINDOW_SECONDS * (1 - cost / limit)
  return {
    isAccepted,
    cost,
    limit,
    remaining: Math.max(0, Math.round(limit * (1 - debtSeconds / WINDOW_SECONDS))),
    resetAt: new Date(Date.now() + debtSeconds * 1000),
    retryAfterSeconds: isAccepted ? 0 : Math.max(1, Math.ceil(missing)),
  }
}
