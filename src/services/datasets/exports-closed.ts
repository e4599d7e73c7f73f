import type { Database } from '../../db/connection/client.js'
import { setExportsClosed } from '../../db/exports/find-export.js'
import { datasetNotFound } from './get-dataset.js'

/**
 * Closes or opens the exports of a dataset for everybody except the operator. Queries still answer. Throws NOT_FOUND.
 */
export async function changeExportsClosed({ kysely }: Database, name: string, isClosed: boolean): Promise<void> {
  if (!(await setExportsClosed(kysely, name, isClosed))) throw datasetNotFound(name)
}
