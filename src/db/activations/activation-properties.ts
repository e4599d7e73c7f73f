import { type Kysely, sql } from 'kysely'
import { type ActivationProperties, PROPERTIES_VERSION } from '../../activations/properties/compute-properties.js'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { inChunks } from '../statements/in-chunks.js'
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

/** The properties of a stored function, in this version of the method. */
export interface DecidedActivation {
  readonly id: number
  readonly properties: ActivationProperties
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

/** Stores properties of functions, and replaces those of an older version. */
export async function upsertProperties(db: Kysely<Tables>, decided: readonly DecidedActivation[]): Promise<void> {
  const ordered = [...decided].sort((a, b) => a.id - b.id)
  await inChunks(ordered, CHUNK, (chunk) => upsertChunk(db, chunk))
}

const CHUNK = 2000

async function upsertChunk(db: Kysely<Tables>, decided: readonly DecidedActivation[]): Promise<void> {
  const list = listsFrom(decided)
  const rows = unnest('n', {
    activation_id: list('int4', ({ id }) => id),
    is_even: list('bool', ({ properties }) => properties.isEven),
    is_odd: list('bool', ({ properties }) => properties.isOdd),
    is_monotone: list('bool', ({ properties }) => properties.isMonotone),
    is_bounded: list('bool', ({ properties }) => properties.isBounded),
    is_smooth: list('bool', ({ properties }) => properties.isSmooth),
    value_at_zero: list('float8', ({ properties }) => properties.valueAtZero),
    derivative_at_zero: list('float8', ({ properties }) => properties.derivativeAtZero),
    left_slope: list('float8', ({ properties }) => properties.leftSlope),
    right_slope: list('float8', ({ properties }) => properties.rightSlope),
    turning_points: list('int4', ({ properties }) => properties.turningPoints),
    // A list of lists would have to be rectangular.
    sampled: list('text', ({ properties }) => properties.sampled.join(',')),
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
