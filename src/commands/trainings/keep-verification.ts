import { hostname } from 'node:os'
import process from 'node:process'
import type { Verification } from '../../bulk/verify-runs.js'

interface About {
  readonly dataset: string
  readonly version: string
  readonly seed: number
}

/**
 * Stores a verification in the database of this installation, so that the API and the page show it. Without a database, or
 * without the dataset in it, it says so on standard error: the result was printed, so nothing is lost.
 */
export async function keepVerification(
  { dataset, version, seed }: About,
  { tolerance, verified }: Verification,
  softwareVersion: string,
): Promise<void> {
  const again = verified.find((each) => each.again)?.again ?? null
  const backends = verified.flatMap(({ run }) => (run.backend === null ? [] : [run.backend]))
  const { withDatabase } = await import('../with-database.js')
  const { storeVerification } = await import('../../services/snapshots/store-verification.js')
  try {
    await withDatabase((database) =>
      storeVerification(database, {
        ...{ dataset, version, seed, tolerance, softwareVersion, host: hostname() },
        outcomes: verified.map(({ run, outcome }) => ({ expression: run.expression, outcome })),
        storedBackends: [...new Set(backends)].sort(),
        machine: again && { backend: again.backend, device: again.device },
      }),
    )
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    process.stderr.write(`actbench: the result is not stored: ${reason}\n`)
  }
}

/** The runs that the database of this installation has of a dataset, one line of JSON each. */
export async function readStoredRuns(dataset: string): Promise<string> {
  const { withDatabase } = await import('../with-database.js')
  const { exportDataset } = await import('../../services/exports/export-dataset.js')
  return withDatabase(async (database) => {
    const pieces: string[] = []
    for await (const piece of exportDataset(database, { dataset, format: 'runs.jsonl' })) pieces.push(piece.toString())
    return pieces.join('')
  })
}
