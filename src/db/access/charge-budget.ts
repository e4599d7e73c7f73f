import type { Database } from '../connection/client.js'

/** Seconds in which a budget that is spent becomes whole again. */
export const WINDOW_SECONDS = 60

/** What became of a charge. */
export interface Charge {
  readonly isAccepted: boolean
  /** Seconds until the budget is whole again: `WINDOW_SECONDS` where all of it is spent. */
  readonly debtSeconds: number
}

/**
 * Charges a client, in one statement that holds for all servers at once; `seconds` is how long the budget takes to grow
 * by the cost. What is beyond the budget is refused, and then nothing is charged.
 */
export async function chargeBudget({ pool }: Database, client: string, seconds: number): Promise<Charge> {
  const charged = await pool.query<{ debt: number }>({ ...CHARGE, values: [client, seconds] })
  if (charged.rows.length > 0) return { isAccepted: true, debtSeconds: charged.rows[0].debt }
  const { rows } = await pool.query<{ debt: number }>({ ...READ, values: [client] })
  return { isAccepted: false, debtSeconds: rows[0]?.debt ?? 0 }
}

/** Charges a client whatever is left, for what has been done already; answers with the debt in seconds, two windows at most. */
export async function chargeAnyway({ pool }: Database, client: string, seconds: number): Promise<number> {
  const { rows } = await pool.query<{ debt: number }>({ ...CHARGE_ANYWAY, values: [client, seconds] })
  return rows[0].debt
}

/** Forgets the budgets that are whole. */
export async function sweepBudgets({ pool }: Database): Promise<void> {
  await pool.query('DELETE FROM budgets WHERE full_at < now()')
}

/**
 * One moment a client says all: the budget fills evenly and is whole at `full_at`. (The generic cell rate algorithm: a
 * token bucket that needs no refilling.) Prepared once a connection, for it is part of every request.
 */
const CHARGE = {
  name: 'charge-budget',
  text: `
    INSERT INTO budgets AS b (client, full_at) VALUES ($1, now() + make_interval(secs => $2))
    ON CONFLICT (client) DO UPDATE SET full_at = greatest(b.full_at, now()) + make_interval(secs => $2)
    WHERE greatest(b.full_at, now()) + make_interval(secs => $2) <= now() + make_interval(secs => ${WINDOW_SECONDS})
    RETURNING extract(epoch FROM full_at - now())::float8 AS debt`,
}
const CHARGE_ANYWAY = {
  name: 'charge-budget-anyway',
  text: `
    INSERT INTO budgets AS b (client, full_at) VALUES ($1, now() + make_interval(secs => $2))
    ON CONFLICT (client) DO UPDATE SET full_at = least(
      greatest(b.full_at, now()) + make_interval(secs => $2), now() + make_interval(secs => ${2 * WINDOW_SECONDS}))
    RETURNING extract(epoch FROM full_at - now())::float8 AS debt`,
}
const READ = {
  name: 'read-budget',
  text: 'SELECT greatest(extract(epoch FROM full_at - now()), 0)::float8 AS debt FROM budgets WHERE client = $1',
}
