import { type Kysely, sql } from 'kysely'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'

/** Seconds in which a spent budget becomes whole again. */
export const WINDOW_SECONDS = 60

/** The outcome of a charge. */
export interface Charge {
  readonly isAccepted: boolean
  /** Seconds until the budget is whole again: `WINDOW_SECONDS` if all of it is spent. */
  readonly debtSeconds: number
}

/**
 * Charges a client, in one statement that holds for all servers at once. `seconds` is the time in which the budget grows by
 * the cost. A charge that exceeds the budget is refused and changes nothing.
 */
export async function chargeBudget(db: Kysely<Tables>, client: string, seconds: number): Promise<Charge> {
  const [charged] = await charge(db, { client, seconds })
  if (charged) return { isAccepted: true, debtSeconds: charged.debt }
  const [known] = await readDebt(db, { client })
  return { isAccepted: false, debtSeconds: known?.debt ?? 0 }
}

/** Charges a client for work that is done already, whatever is left. Returns the debt in seconds, two windows at most. */
export async function chargeAnyway(db: Kysely<Tables>, client: string, seconds: number): Promise<number> {
  const [charged] = await chargeWithoutLimit(db, { client, seconds })
  return charged.debt
}

/** Forgets the budgets that are whole. */
export async function sweepBudgets(db: Kysely<Tables>): Promise<void> {
  await db.deleteFrom('budgets').where('full_at', '<', sql<Date>`now()`).execute()
}

type Cost = Placeholders<{ client: string; seconds: number }>

const DEBT = sql<number>`extract(epoch from budgets.full_at - now())::float8`

/** The moment at which the budget would be whole after the charge. */
const afterCharge = (seconds: Cost['seconds']) =>
  sql<Date>`greatest(budgets.full_at, now()) + make_interval(secs => ${seconds})`

const inWindows = (count: number) => sql<Date>`now() + make_interval(secs => ${sql.lit(count * WINDOW_SECONDS)})`

/**
 * One moment describes a client: the budget fills evenly and is whole at `full_at`. This is the generic cell rate
 * algorithm, a token bucket that nobody has to refill. Prepared once per connection, because every request needs it.
 */
const charge = compileOnce(
  (db, { client, seconds }: Cost) =>
    db
      .insertInto('budgets')
      .values({ client, full_at: sql<Date>`now() + make_interval(secs => ${seconds})` })
      .onConflict((conflict) =>
        conflict
          .column('client')
          .doUpdateSet({ full_at: afterCharge(seconds) })
          .where(afterCharge(seconds), '<=', inWindows(1)),
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
