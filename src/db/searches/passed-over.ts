import { type Kysely, sql } from 'kysely'
import { grouped } from '../statements/align.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listsFrom, unnest } from '../tables/lists.js'

/** A function that a search passed over, and its scaled twin. Identities have 64 hexadecimal digits. */
export interface SparedFunction {
  readonly identityHex: string
  readonly expression: string
  readonly twinHex: string
}

/** Notes functions that a search passed over. Those that it has noted, and those whose twin is not stored, are left out. */
export async function insertPassedOver(
  db: Kysely<Tables>,
  searchId: number,
  spared: readonly SparedFunction[],
): Promise<void> {
  if (spared.length === 0) return
  const list = listsFrom(spared)
  const rows = unnest('n', {
    identity: list('text', ({ identityHex }) => identityHex),
    expression: list('text', ({ expression }) => expression),
    twin: list('text', ({ twinHex }) => twinHex),
  })
  await db
    .insertInto('passed_over')
    .columns(['search_id', 'identity', 'expression', 'twin_id'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .innerJoin('activations as a', (join) => join.on('a.identity', '=', sql<Buffer>`decode(n.twin, 'hex')`))
        .select([
          sql<number>`${searchId}::int`.as('search_id'),
          sql<Buffer>`decode(n.identity, 'hex')`.as('identity'),
          'n.expression',
          'a.id as twin_id',
        ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A function that a search passed over, as it is read. */
export interface PassedOverRow {
  readonly searchId: number
  readonly expression: string
  readonly twinId: number
  /** The highest validation accuracy of the twin in the dataset and in the search; null until one is known. */
  readonly validationAccuracy: number | null
}

/** The last functions that each search passed over and has not suggested since, newest first; at most so many of each. */
export async function listPassedOver(
  db: Kysely<Tables>,
  most: number,
  searchIds: readonly number[],
): Promise<PassedOverRow[][]> {
  const numbered = db
    .selectFrom('passed_over as p')
    .innerJoin('searches as s', 's.id', 'p.search_id')
    .select(['p.search_id as searchId', 's.dataset_id as datasetId', 'p.expression', 'p.twin_id as twinId'])
    .select(
      sql<number>`(row_number() over (partition by p.search_id order by p.created_at desc, p.expression))::int`.as(
        'place',
      ),
    )
    .where('p.search_id', '=', anyOf(searchIds))
    .where(({ exists, not, selectFrom }) => {
      const suggested = selectFrom('suggestions as g')
        .innerJoin('activations as a', 'a.id', 'g.activation_id')
        .whereRef('g.search_id', '=', 'p.search_id')
        .whereRef('a.identity', '=', 'p.identity')
      return not(exists(suggested.select('g.id')))
    })
  const rows = await db
    .selectFrom(numbered.as('v'))
    .select(['v.searchId', 'v.expression', 'v.twinId'])
    .select(
      sql<number | null>`greatest(
        (select max(e.validation_accuracy) from evaluations e
          where e.dataset_id = v."datasetId" and e.activation_id = v."twinId"),
        (select max(g.validation_accuracy) from suggestions g
          where g.search_id = v."searchId" and g.activation_id = v."twinId" and g.epochs is null))`.as(
        'validationAccuracy',
      ),
    )
    .where('v.place', '<=', most)
    .orderBy('v.searchId')
    .orderBy('v.place')
    .execute()
  return grouped(searchIds, rows, ({ searchId }) => searchId)
}
