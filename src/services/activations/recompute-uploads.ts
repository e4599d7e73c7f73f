import { computeIdentity, IDENTITY_VERSION } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { findOutdatedUpload, insertUploaded, takeUploads } from '../../db/surrogates/uploaded-predictions.js'

/**
 * Computes the identities of uploaded predictions again that an earlier version stored, which takes 0.1 ms each. Each surrogate
 * is one transaction, so a process that is killed leaves none incomplete, and the next one continues.
 */
export async function recomputeUploads(database: Database): Promise<void> {
  for (;;) {
    const surrogateId = await findOutdatedUpload(database.kysely, IDENTITY_VERSION)
    if (surrogateId === null) return
    await inTransaction(
      database,
      async ({ $kysely }) => {
        const rows = (await takeUploads($kysely, surrogateId)).map((row) => {
          return { ...row, identityHex: computeIdentity(parseExpression(row.expression)).id }
        })
        await insertUploaded($kysely, surrogateId, IDENTITY_VERSION, rows)
      },
      { timeoutSeconds: 3600 },
    )
  }
}
