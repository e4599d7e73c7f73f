import { type Kysely, sql } from 'kysely'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'

/** Seconds until a budget that is used up is full again. */
export const WINDOW_SECONDS = 60

/** The outcome of a charge. */
export interface Charge {
  readonly isAccepted: boolean
  /** Seconds until the budget is full again: `WINDOW_SECONDS` if it is used up. */
  readonly debtSeconds: number
}

/**
 * Charges a client, with one statement, so that all servers share the budget. `seconds` is the cost, as the time that
 * the budget needs to grow by it, and `refund` is given back before. A charge that exceeds the budget is refused and changes
 * nothing.
 */
export async function chargeBudget(db: Kysely<Tables>, client: string, seconds: number, refund = 0): Promise<Charge> {
  const [charged] = await charge(db, { client, seconds, refund })
  if (charged) return { isAccepted: true, debtSeconds: charged.debt }
  const [known] = await readDebt(db, { client })
  return { isAccepted: false, debtSeconds: known?.debt ?? 0 }
}

/** Charges a client for finished work, even beyond its budget. Returns the debt in seconds, at most two windows. */
export async function chargeAnyway(db: Kysely<Tables>, client: string, seconds: number): Promise<number> {
  const [charged] = await chargeWithoutLimit(db, { client, seconds })
  return charged.debt
}

/** Deletes the budgets that are full. */
export async function sweepBudgets(db: Kysely<Tables>): Promise<void> {
  await db.deleteFrom('budgets').where('full_at', '<', sql<Date>`now()`).execute()
}

type Cost = Placeholders<{ client: string; seconds: number }>

const DEBT = sql<number>`extract(epoch from budgets.full_at - now())::float8`

/** The time when the budget would be full after the charge. */
const afterCharge = (seconds: Cost['seconds'], refund: Cost['seconds'] = sql.lit(0)) =>
  sql<Date>`greatest(budgets.full_at - make_interval(secs => ${refund}), now()) + make_interval(secs => ${seconds})`

const inWindows = (count: number) => sql<Date>`now() + make_interval(secs => ${sql.lit(count * WINDOW_SECONDS)})`

/**
 * One time describes the budget of a client: it fills evenly and is full at `full_at`. This is the generic cell rate
 * algorithm, a token bucket that needs no refill task. Prepared once per connection, because every request needs it.
 */
const charge = compileOnce(
  (db, { client, seconds, refund }: Placeholders<{ client: string; seconds: number; refund: number }>) =>
    db
      .insertInto('budgets')
      .values({ client, full_at: sql<Date>`now() + make_interval(secs => ${seconds})` })
      .onConflict((conflict) =>
        conflict
          .column('client')
          .doUpdateSet({ full_at: afterCharge(seconds, refund) })
          .where(afterCharge(seconds, refund), '<=', inWindows(1)),
      )
      .returning(DEBT.as('debt')),
  'charge-budget',
)

const chargeWithoutLimit = compileOnce(
  (db, { client, seconds }: Cost) =>
    db
      .insertInto('budgets')
      .values({ client, full_at: sql<Date>`now() + make_interval(secs => ${seconds})` })
      .onConflict((conflict) =>
        conflict.column('client').doUpdateSet({ full_at: sql<Date>`least(${afterCharge(seconds)}, ${inWindows(2)})` }),
      )
      .returning(DEBT.as('debt')),
  'charge-budget-anyway',
)

const readDebt = compileOnce(
  (db, { client }: Placeholders<{ client: string }>) =>
    db.selectFrom('budgets').select(sql<number>`greatest(${DEBT}, 0)::float8`.as('debt')).where('client', '=', client),
  'read-budget',
)
