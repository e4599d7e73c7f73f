import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'

export interface ReportedEvaluation {
  readonly datasetId: number
  readonly activationId: number
  readonly expression: string
  readonly apiKeyId: number
}

/**
 * Creates the evaluation of a function in a dataset of origin REPORTED if it is missing, and locks it until the
 * transaction ends, so that runs of one function are added one after the other. Returns its id.
 */
export async function lockReportedEvaluation(db: Kysely<Tables>, reported: ReportedEvaluation): Promise<number> {
  const { datasetId, activationId, expression, apiKeyId } = reported
  await db
    .insertInto('evaluations')
    .values({
      ...{ dataset_id: datasetId, activation_id: activationId, expression },
      ...{ origin: 'REPORTED', api_key_id: apiKeyId },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { id } = await db
    .selectFrom('evaluations')
    .select('id')
    .where('dataset_id', '=', datasetId)
    .where('activation_id', '=', activationId)
    .where('origin', '=', 'REPORTED')
    .forUpdate()
    .executeTakeFirstOrThrow()
  return id
}
