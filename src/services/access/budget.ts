import { chargeAnyway, chargeBudget, sweepBudgets, WINDOW_SECONDS } from '../../db/access/charge-budget.js'
import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'

export { WINDOW_SECONDS }

/** What a client may spend in a minute, shared by all servers of a database. */
export interface Budget {
  /** Units a minute; 0 where there is no limit. */
  readonly limit: number
  /** Charges a client, named such as `key:7`; refused where `isAccepted` is false. Rejects where the database is away. */
  charge(client: string, cost: number): Promise<Spending>
  /**
   * Charges a client for what was done before it was refused, also beyond its budget: then `findRefusal` refuses it until
   * that has grown back.
   */
  chargeAnyway(client: string, cost: number): Promise<void>
  /** What `charge` would say to a client of which this server knows, without a look, that nothing is left; else null. */
  findRefusal(client: string): Spending | null
}

/** What was charged, and what is left. */
export interface Spending {
  readonly isAccepted: boolean
  readonly cost: number
  readonly limit: number
  readonly remaining: number
  /** When the budget is whole again. */
  readonly resetAt: Date
  /** Seconds until the same cost can be charged; 0 where it was. */
  readonly retryAfterSeconds: number
}

/** Makes the budget of `limit` units a minute, kept in the database; 0 charges nothing. */
export function createBudget(database: Database, limit: number): Budget {
  const refusals = new Map<string, { debtSeconds: number; at: number }>()
  /** What is still to be charged to the clients that are being charged. */
  const owed = new Map<string, number>()
  let charges = 0

  const charge = async (client: string, seconds: number) => {
    const known = refusals.get(client)
    if (known) {
      // What was left at the refusal and has grown since is the most that can be left: nobody else adds to it.
      const debtSeconds = owe(known)
      if (debtSeconds + seconds > WINDOW_SECONDS) return { isAccepted: false, debtSeconds }
      refusals.delete(client)
    }
    const charged = await chargeBudget(database, client, seconds)
    if (!charged.isAccepted) remember(refusals, client, charged.debtSeconds)
    if (++charges % CHARGES_PER_SWEEP === 0) await sweepBudgets(database)
    return charged
  }

  return {
    limit,
    async chargeAnyway(client, cost) {
      if (limit === 0 || cost === 0) return
      const waiting = owed.get(client)
      owed.set(client, (waiting ?? 0) + cost)
      // Whoever charges this client at the moment takes it along: nobody has more than one connection for what was refused.
      if (waiting !== undefined) return
      try {
        for (let due = cost; due > 0; due = owed.get(client) ?? 0) {
          owed.set(client, 0)
          const debtSeconds = await chargeAnyway(database, client, (due / limit) * WINDOW_SECONDS)
          if (debtSeconds > WINDOW_SECONDS) remember(refusals, client, debtSeconds)
        }
      } finally {
        owed.delete(client)
      }
    },
    findRefusal(client) {
      const debtSeconds = limit === 0 ? 0 : owe(refusals.get(client))
      return debtSeconds < WINDOW_SECONDS ? null : describe(false, 1, limit, debtSeconds)
    },
    async charge(client, cost) {
      if (limit === 0) return describe(true, cost, UNLIMITED, 0)
      const { isAccepted, debtSeconds } = await charge(client, (cost / limit) * WINDOW_SECONDS)
      return describe(isAccepted, cost, limit, debtSeconds)
    },
  }
}

/** Throws RATE_LIMITED where the charge was refused. */
export function requireAccepted({ isAccepted, cost, remaining, limit, retryAfterSeconds }: Spending): void {
  if (isAccepted) return
  const message = `this costs ${cost} units, and ${remaining} are left of ${limit} a minute: try again in ${retryAfterSeconds} s`
  throw new ActbenchError('RATE_LIMITED', message, { retryAfterSeconds })
}

/** What `limit` and `remaining` say where there is no limit: the largest Int. */
const UNLIMITED = 2 ** 31 - 1
const CHARGES_PER_SWEEP = 1000
/** Clients whose refusal is remembered: refusing them again costs the database nothing. */
const MAX_REFUSALS = 10_000

/** What is left of a debt. */
function owe(known: { debtSeconds: number; at: number } | undefined): number {
  return known ? Math.max(0, known.debtSeconds - (performance.now() - known.at) / 1000) : 0
}

function remember(refusals: Map<string, { debtSeconds: number; at: number }>, client: string, debtSeconds: number) {
  refusals.set(client, { debtSeconds, at: performance.now() })
  if (refusals.size > MAX_REFUSALS) refusals.delete(refusals.keys().next().value as string)
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
