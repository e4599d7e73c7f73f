import { type Kysely, sql } from 'kysely'
import { parseExpression } from '../../activations/parse-expression.js'
import {
  type ActivationProperties,
  computeProperties,
  PROPERTIES_VERSION,
} from '../../activations/properties/compute-properties.js'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listsFrom, unnest } from '../tables/lists.js'

/** Properties of a stored function. */
export interface PropertiesRow extends Omit<ActivationProperties, 'sampled'> {
  readonly activationId: number
  /** Names of the properties that samples decided. */
  readonly sampled: readonly string[]
}

/** A stored function without the properties of this version. */
export interface UndecidedActivation {
  readonly id: number
  readonly expression: string
}

/** Decides the properties of new functions and stores them, in the caller's transaction. */
export async function insertProperties(
  db: Kysely<Tables>,
  activations: readonly { readonly identity: string; readonly expressions: readonly string[] }[],
): Promise<void> {
  if (activations.length === 0) return
  const identities = listsFrom(activations)('text', ({ identity }) => identity)
  const rows = await db
    .selectFrom(unnest('n', { identity: identities }))
    .innerJoin('activations as a', (join) => join.on('a.identity', '=', sql<Buffer>`decode(n.identity, 'hex')`))
    .select(['a.id', 'n.position'])
    .execute()
  await upsertProperties(
    db,
    rows.map(({ id, position }) => ({ id, expression: activations[Number(position) - 1].expressions[0] })),
  )
}

/** Functions without properties of this version, with the lowest ids. */
export async function listUndecided(db: Kysely<Tables>, limit: number): Promise<UndecidedActivation[]> {
  return withoutProperties(db).select(['a.id', 'a.expression']).orderBy('a.id').limit(limit).execute()
}

/** The number of functions without properties of this version. */
export async function countUndecided(db: Kysely<Tables>): Promise<number> {
  const { count } = await withoutProperties(db).select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow()
  return count
}

/** Decides the properties of stored functions, and replaces those of an older version. */
export async function upsertProperties(db: Kysely<Tables>, activations: readonly UndecidedActivation[]): Promise<void> {
  const decided = activations
    .map(({ id, expression }) => ({ id, found: computeProperties(parseExpression(expression)) }))
    .sort((a, b) => a.id - b.id)
  const list = listsFrom(decided)
  const rows = unnest('n', {
    activation_id: list('int4', ({ id }) => id),
    is_even: list('bool', ({ found }) => found.isEven),
    is_odd: list('bool', ({ found }) => found.isOdd),
    is_monotone: list('bool', ({ found }) => found.isMonotone),
    is_bounded: list('bool', ({ found }) => found.isBounded),
    is_smooth: list('bool', ({ found }) => found.isSmooth),
    value_at_zero: list('float8', ({ found }) => found.valueAtZero),
    derivative_at_zero: list('float8', ({ found }) => found.derivativeAtZero),
    left_slope: list('float8', ({ found }) => found.leftSlope),
    right_slope: list('float8', ({ found }) => found.rightSlope),
    turning_points: list('int4', ({ found }) => found.turningPoints),
    // A list of lists would have to be rectangular.
    sampled: list('text', ({ found }) => found.sampled.join(',')),
  })
  await db
    .insertInto('activation_properties')
    .columns(['activation_id', ...VALUE_COLUMNS, 'sampled', 'version'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select(['n.activation_id', ...VALUE_COLUMNS.map((column) => `n.${column}` as const)])
        .select(sql<string[]>`string_to_array(n.sampled, ',')`.as('sampled'))
        .select(sql<number>`${PROPERTIES_VERSION}::int`.as('version')),
    )
    .onConflict((conflict) =>
      conflict
        .column('activation_id')
        .doUpdateSet((eb) =>
          Object.fromEntries(
            [...VALUE_COLUMNS, 'sampled', 'version'].map((name) => [name, eb.ref(`excluded.${name as 'version'}`)]),
          ),
        ),
    )
    .execute()
}

const VALUE_COLUMNS = [
  'is_even',
  'is_odd',
  'is_monotone',
  'is_bounded',
  'is_smooth',
  'value_at_zero',
  'derivative_at_zero',
  'left_slope',
  'right_slope',
  'turning_points',
] as const

const rowsOf = compileOnce((db, { ids, version }: Placeholders<{ ids: readonly number[]; version: number }>) =>
  db
    .selectFrom('activation_properties as p')
    .select([
      'p.activation_id as activationId',
      'p.is_even as isEven',
      'p.is_odd as isOdd',
      'p.is_monotone as isMonotone',
      'p.is_bounded as isBounded',
      'p.is_smooth as isSmooth',
      'p.value_at_zero as valueAtZero',
      'p.derivative_at_zero as derivativeAtZero',
      'p.left_slope as leftSlope',
      'p.right_slope as rightSlope',
      'p.turning_points as turningPoints',
      'p.sampled',
    ])
    .where('p.activation_id', '=', anyOf(ids))
    .where('p.version', '=', version),
)

/** The stored properties of functions, in the same order; null if they are missing or of another version. */
export async function findProperties(db: Kysely<Tables>, ids: readonly number[]): Promise<(PropertiesRow | null)[]> {
  return inOrder(ids, await rowsOf(db, { ids, version: PROPERTIES_VERSION }), (row) => row.activationId)
}

function withoutProperties(db: Kysely<Tables>) {
  return db
    .selectFrom('activations as a')
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('activation_properties as p')
            .whereRef('p.activation_id', '=', 'a.id')
            .where('p.version', '=', PROPERTIES_VERSION),
        ),
      ),
    )
}
