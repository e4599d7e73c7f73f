import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { keepVersion } from '../../db/surrogates/surrogate-versions.js'
import { lockDataset } from '../../db/surrogates/write-surrogates.js'
import { ActbenchError } from '../../errors.js'
import { requireKey, requireOwner, type Viewer } from '../access/viewer.js'
import { refuseInput } from '../validate-input.js'

/**
 * Deletes an uploaded surrogate of the viewer's key, or with ADMIN any uploaded one. Its version is not given again. Throws
 * NOT_FOUND; FORBIDDEN (another key's); BAD_USER_INPUT if this service fitted it; or CONFLICT while an ACTIVE search uses it.
 */
export async function deleteSurrogate(database: Database, viewer: Viewer | null, surrogateId: number): Promise<void> {
  const owner = requireKey(viewer)
  await inTransaction(database, async (db) => {
    const found = await db.surrogate.findUnique({ where: { id: surrogateId } })
    if (!found) throw new ActbenchError('NOT_FOUND', 'id: there is no surrogate with this id', { argument: 'id' })
    if (found.algorithm !== 'UPLOADED') refuseInput('id', 'an UPLOADED surrogate', found.algorithm)
    requireOwner(owner, found.apiKeyId, 'surrogate')
    await lockDataset(db.$kysely, found.datasetId)
    const searches = await db.search.count({ where: { surrogateId, state: 'ACTIVE' } })
    if (searches > 0) {
      throw new ActbenchError('CONFLICT', `id: ACTIVE searches use it; expected 0, got ${searches}; stop them first`)
    }
    await keepVersion(db.$kysely, found.datasetId, found.version)
    await db.surrogate.deleteMany({ where: { id: surrogateId } })
  })
}
