import type { Database } from '../../db/connection/client.js'
import { setExportsClosed } from '../../db/exports/find-export.js'
import { ActbenchError } from '../../errors.js'

/**
 * Closes or opens the downloads of a dataset for everybody but the operator; queries go on answering. Throws NOT_FOUND.
 */
export async function changeExportsClosed({ pool }: Database, name: string, isClosed: boolean): Promise<void> {
  if (!(await setExportsClosed(pool, name, isClosed))) {
    throw new ActbenchError('NOT_FOUND', `there is no dataset named ${JSON.stringify(name.slice(0, 80))}`)
  }
}
