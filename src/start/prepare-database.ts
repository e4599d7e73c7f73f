import type { Config } from '../config.js'
import type { Database } from '../db/connection/client.js'
import { applyMigrations } from '../db/connection/migrate.js'
import { openShippedDataProgress } from '../progress/shipped-data-progress.js'
import { ensureAdminKey } from '../services/access/api-keys.js'
import { type ImportedSeed, importSeed } from '../services/shipped-data/import-seed.js'

/**
 * Brings the database up to date: migrations, the key of the environment, and the shipped data. A terminal shows a bar while
 * data are imported; `print` gets a line for each dataset.
 */
export async function prepareDatabase(
  database: Database,
  config: Config,
  print: (text: string) => void,
): Promise<void> {
  await applyMigrations(database.url)
  if (config.adminKey) await ensureAdminKey(database, config.adminKey)
  const progress = openShippedDataProgress()
  let imported: ImportedSeed[]
  try {
    imported = await importSeed(database, { onProgress: progress.show })
  } finally {
    progress.close()
  }
  for (const seed of imported) print(`${formatImported(seed)}\n`)
}

function formatImported({ name, activations, evaluations, runs, names, seconds }: ImportedSeed): string {
  const counts = Object.entries({ functions: activations, evaluations, 'new runs': runs, 'corrected names': names })
  const parts = counts.flatMap(([what, count]) => (count === undefined ? [] : [`${count} ${what}`]))
  return `imported ${name}: ${parts.join(', ')}, in ${seconds.toFixed(1)} s`
}
