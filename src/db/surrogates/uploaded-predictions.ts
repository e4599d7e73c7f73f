import { type Kysely, sql } from 'kysely'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { anyIdentity, listsFrom, unnest } from '../tables/lists.js'

/** A prediction of a client's own surrogate. */
export interface UploadedRow {
  /** 64 hexadecimal digits. */
  readonly identityHex: string
  /** In canonical form. */
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number | null
}

/** The same, with the validation accuracy that was measured when it was uploaded. */
export interface RatedRow extends UploadedRow {
  /** Null if the function was not measured. */
  readonly measured: number | null
}

const CHUNK = 5000

/** Stores the predictions of a surrogate in the caller's transaction. Of several for one identity, the first one stays. */
export async function insertUploaded(
  db: Kysely<Tables>,
  surrogateId: number,
  identityVersion: number,
  rows: readonly RatedRow[],
): Promise<void> {
  await inChunks(rows, CHUNK, async (chunk) => {
    const list = listsFrom(chunk)
    const values = unnest('n', {
      identity: list('text', ({ identityHex }) => identityHex),
      expression: list('text', ({ expression }) => expression),
      mean: list('float8', ({ mean }) => mean),
      standard_deviation: list('float8', ({ standardDeviation }) => standardDeviation),
      measured: list('float8', ({ measured }) => measured),
    })
    await db
      .insertInto('uploaded_predictions')
      .columns([
        ...(['surrogate_id', 'identity', 'identity_version', 'expression'] as const),
        ...(['mean', 'standard_deviation', 'measured'] as const),
      ])
      .expression((eb) =>
        eb
          .selectFrom(values)
          .select([
            sql<number>`${surrogateId}::int`.as('surrogate_id'),
            sql<Buffer>`decode(n.identity, 'hex')`.as('identity'),
            sql<number>`${identityVersion}::smallint`.as('identity_version'),
          ])
          .select(['n.expression', 'n.mean', 'n.standard_deviation', 'n.measured'])
          .orderBy('n.position'),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}

/** Copies the predictions of stored functions to the points of the surrogate, which lists of predictions show. */
export async function copyToPoints(db: Kysely<Tables>, surrogateId: number): Promise<void> {
  await db
    .insertInto('surrogate_points')
    .columns(['surrogate_id', 'activation_id', 'mean', 'standard_deviation', 'measured'])
    .expression((eb) =>
      eb
        .selectFrom('uploaded_predictions as p')
        .innerJoin('activations as a', 'a.identity', 'p.identity')
        .select(['p.surrogate_id', 'a.id', 'p.mean', 'p.standard_deviation', 'p.measured'])
        .where('p.surrogate_id', '=', surrogateId),
    )
    .execute()
}

/** The predictions of an uploaded surrogate for these identities (64 hexadecimal digits), in any order. */
export async function findUploaded(
  db: Kysely<Tables>,
  surrogateId: number,
  identities: readonly string[],
): Promise<UploadedRow[]> {
  return db
    .selectFrom('uploaded_predictions as p')
    .select(sql<string>`encode(p.identity, 'hex')`.as('identityHex'))
    .select(['p.expression', 'p.mean', 'p.standard_deviation as standardDeviation'])
    .where('p.surrogate_id', '=', surrogateId)
    .where('p.identity', '=', anyIdentity(identities))
    .execute()
}

/**
 * The predictions of an uploaded surrogate whose functions were measured after the upload, with the mean of their
 * validation accuracies. With `sparesTwins`, functions that have a scaled twin which was measured before the upload are left
 * out: a network that normalises trains both alike.
 */
export async function listMeasuredLater(
  db: Kysely<Tables>,
  surrogateId: number,
  { sparesTwins }: { readonly sparesTwins: boolean },
): Promise<{ mean: number; standardDeviation: number | null; measured: number }[]> {
  const rows = db
    .selectFrom('uploaded_predictions as p')
    .innerJoin('surrogates as u', 'u.id', 'p.surrogate_id')
    .innerJoin('activations as a', 'a.identity', 'p.identity')
    .innerJoin('evaluations as e', (join) =>
      join.onRef('e.dataset_id', '=', 'u.dataset_id').onRef('e.activation_id', '=', 'a.id'),
    )
    .select(['p.mean', 'p.standard_deviation as standardDeviation'])
    .select(sql<number>`avg(e.validation_accuracy)`.as('measured'))
    .where('p.surrogate_id', '=', surrogateId)
    .where('p.measured', 'is', null)
    .where('a.is_finite', '=', true)
    .where('e.validation_accuracy', 'is not', null)
    .groupBy(['p.identity', 'p.mean', 'p.standard_deviation'])
    .orderBy('p.identity')
  if (!sparesTwins) return rows.execute()
  return rows
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('activation_shapes as s')
            .innerJoin('activation_shapes as o', 'o.shape', 's.shape')
            .innerJoin('evaluations as k', 'k.activation_id', 'o.activation_id')
            .select('k.id')
            .whereRef('s.activation_id', '=', 'a.id')
            .whereRef('o.activation_id', '<>', 'a.id')
            .whereRef('k.dataset_id', '=', 'u.dataset_id')
            .whereRef('k.created_at', '<=', 'u.created_at')
            .where('k.validation_accuracy', 'is not', null),
        ),
      ),
    )
    .execute()
}

/** An uploaded surrogate with predictions whose identities are of an earlier version, or null. */
export async function findOutdatedUpload(db: Kysely<Tables>, identityVersion: number): Promise<number | null> {
  const row = await db
    .selectFrom('uploaded_predictions as p')
    .select('p.surrogate_id as surrogateId')
    .where('p.identity_version', '<', identityVersion)
    .limit(1)
    .executeTakeFirst()
  return row?.surrogateId ?? null
}

/** Deletes all predictions of an uploaded surrogate and returns them, to be stored again in the caller's transaction. */
export function takeUploads(db: Kysely<Tables>, surrogateId: number): Promise<Omit<RatedRow, 'identityHex'>[]> {
  return db
    .deleteFrom('uploaded_predictions as p')
    .where('p.surrogate_id', '=', surrogateId)
    .returning(['p.expression', 'p.mean', 'p.standard_deviation as standardDeviation', 'p.measured'])
    .execute()
}

/** The number of uploaded surrogates of a key. */
export async function countUploads(db: Kysely<Tables>, apiKeyId: number): Promise<number> {
  const { count } = await db
    .selectFrom('surrogates as u')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('u.api_key_id', '=', apiKeyId)
    .where('u.algorithm', '=', 'UPLOADED')
    .executeTakeFirstOrThrow()
  return count
}
