import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { deleteSpectra, setSpectrumLength } from '../../db/features/given-spectra.js'
import type { Dataset } from '../../db/generated/client.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getChangeableDataset } from '../datasets/get-dataset.js'
import { refitAll } from '../surrogates/refit-when-due.js'
import { requireGivenSpectra } from './require-given-spectra.js'
import { openSpectraTarget } from './store-spectra.js'

/** Half a million spectra take a few minutes. */
const TIMEOUT_SECONDS = 1800

/**
 * Deletes all Fisher spectra of a dataset, so that others, also of another length, can be added, and returns their number. Its
 * surrogates are fitted again. Scope: DATASET, for one's own datasets; ADMIN for all whose spectra are not computed here.
 * Throws NOT_FOUND or FORBIDDEN.
 */
export async function deleteFisherSpectra(
  database: Database,
  viewer: Viewer | null,
  name: string,
): Promise<{ dataset: Dataset; deleted: number }> {
  const owner = requireScope(viewer, 'DATASET')
  return inTransaction(
    database,
    async (db) => {
      const { id, origin } = await getChangeableDataset(db, owner, name, 'dataset')
      requireGivenSpectra({ name, origin })
      await openSpectraTarget(db, { id, name })
      const deleted = await deleteSpectra(db.$kysely, id)
      await setSpectrumLength(db.$kysely, id, null)
      if (deleted > 0) await refitAll(db, id)
      return { dataset: await db.dataset.findUniqueOrThrow({ where: { id } }), deleted }
    },
    { timeoutSeconds: TIMEOUT_SECONDS },
  )
}
