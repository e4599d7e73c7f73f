import { type Kysely, sql } from 'kysely'
import { grouped } from '../statements/align.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listsFrom, unnest } from '../tables/lists.js'

/** A stored function whose identity is of an earlier version. */
export interface OutdatedActivation {
  readonly id: number
  readonly expression: string
  readonly isNamedByClient: boolean
  /** Its stored spellings. */
  readonly spellings: readonly string[]
  /** The expressions of its evaluations, trainings and suggestions, the oldest first. */
  readonly used: readonly string[]
}

/** The number of stored functions whose identity is of an earlier version. */
export async function countOutdated(db: Kysely<Tables>, version: number): Promise<number> {
  const { count } = await db
    .selectFrom('activations as a')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('a.identity_version', '<', version)
    .executeTakeFirstOrThrow()
  return count
}

/** Locks some functions whose identity is of an earlier version, in the caller's transaction. */
export async function lockOutdated(db: Kysely<Tables>, version: number, limit: number): Promise<OutdatedActivation[]> {
  const rows = await db
    .selectFrom('activations as a')
    .select(['a.id', 'a.expression', 'a.is_named_by_client as isNamedByClient'])
    .select(sql<string[]>`array(select x.text from expressions x where x.activation_id = a.id)`.as('spellings'))
    .where('a.identity_version', '<', version)
    .orderBy('a.id')
    .limit(limit)
    .forUpdate()
    .execute()
  const ids = rows.map(({ id }) => id)
  const { rows: used } = await sql<{ activation_id: number; expression: string }>`
    select u.activation_id, u.expression from (
      select activation_id, expression, created_at from evaluations where activation_id = any(${ids}::int[])
      union all select activation_id, expression, created_at from training_jobs where activation_id = any(${ids}::int[])
      union all select activation_id, expression, created_at from suggestions where activation_id = any(${ids}::int[])
    ) u
    group by u.activation_id, u.expression order by min(u.created_at), u.expression`.execute(db)
  const usedOf = grouped(ids, used, ({ activation_id }) => activation_id)
  return rows.map((row, index) => ({ ...row, used: usedOf[index].map(({ expression }) => expression) }))
}

/** Records the present identities of functions, in the caller's transaction, so that ids that clients have still lead to them. */
export async function keepIdentities(db: Kysely<Tables>, ids: readonly number[]): Promise<void> {
  await db
    .insertInto('described_activations')
    .columns(['identity', 'expression'])
    .expression((eb) =>
      eb.selectFrom('activations as a').select(['a.identity', 'a.expression']).where('a.id', '=', anyOf(ids)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A new identity of a stored function. */
export interface NewIdentity {
  readonly id: number
  /** 64 hexadecimal digits. */
  readonly identityHex: string
  readonly isConstant: boolean
}

/** Stores new identities of functions, in the caller's transaction. */
export async function storeIdentities(
  db: Kysely<Tables>,
  version: number,
  identities: readonly NewIdentity[],
): Promise<void> {
  const list = listsFrom(identities)
  await db
    .updateTable('activations as a')
    .from(
      unnest('n', {
        id: list('int4', ({ id }) => id),
        identity: list('text', ({ identityHex }) => identityHex),
        is_constant: list('bool', ({ isConstant }) => isConstant),
      }),
    )
    .set((eb) => ({
      identity: sql<Buffer>`decode(n.identity, 'hex')`,
      identity_version: version,
      is_constant: eb.ref('n.is_constant'),
    }))
    .whereRef('a.id', '=', 'n.id')
    .execute()
}
