import { type Insertable, type Kysely, sql } from 'kysely'
import type { Verification } from '../generated/client.js'
import { grouped } from '../statements/align.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

export type VerificationRow = Omit<Verification, 'id'>

/** The newest verifications of each dataset, at most so many of each. */
export async function listVerifications(
  db: Kysely<Tables>,
  most: number,
  datasetIds: readonly number[],
): Promise<VerificationRow[][]> {
  const numbered = db
    .selectFrom('verifications as q')
    .select([
      ...(['q.id', 'q.dataset_id as datasetId', 'q.dataset_version as datasetVersion', 'q.seed', 'q.runs'] as const),
      ...(['q.identical', 'q.close', 'q.different', 'q.failed', 'q.tolerance', 'q.backend', 'q.device'] as const),
      ...(['q.host', 'q.software_version as softwareVersion', 'q.stored_backends as storedBackends'] as const),
      ...(['q.problems', 'q.created_at as createdAt'] as const),
    ])
    .select(sql<number>`(row_number() over (partition by q.dataset_id order by q.id desc))::int`.as('place'))
    .where('q.dataset_id', '=', anyOf(datasetIds))
  const rows = await db
    .selectFrom(numbered.as('v'))
    .selectAll()
    .where('v.place', '<=', most)
    .orderBy('v.datasetId')
    .orderBy('v.place')
    .execute()
  return grouped(datasetIds, rows, ({ datasetId }) => datasetId)
}

export async function insertVerification(
  db: Kysely<Tables>,
  verification: Insertable<Tables['verifications']>,
): Promise<void> {
  await db.insertInto('verifications').values(verification).execute()
}
