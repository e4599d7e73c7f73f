import type { Config } from '../config.js'
import type { Database } from '../db/connection/client.js'
import { applyMigrations } from '../db/connection/migrate.js'
import { ensureAdminKey } from '../services/access/admin-key.js'
import { type ImportedSeed, importSeed } from '../services/shipped-data/import-seed.js'

/** Brings the database up to date: migrations, the key of the environment, and the shipped data. Says each step. */
export async function prepareDatabase(
  database: Database,
  config: Pick<Config, 'adminKey'>,
  say: (line: string) => void,
): Promise<void> {
  await applyMigrations(database.url, undefined, (count) => say(`applying ${count} migrations`))
  if (config.adminKey) {
    const { problem } = await ensureAdminKey(database, config.adminKey)
    if (problem) say(problem)
  }
  await importSeed(database, {
    onProgress: (done, total, name) => say(`preparing ${name} (${done + 1} of ${total})`),
    onImported: (part) => say(formatImported(part)),
  })
}

function formatImported({ name, activations, evaluations, runs, names, seconds }: ImportedSeed): string {
  if (names !== undefined) return `corrected the names of ${names} functions, in ${seconds.toFixed(1)} s`
  const counts = Object.entries({ functions: activations, evaluations, 'new runs': runs })
  const parts = counts.flatMap(([what, count]) => (count === undefined ? [] : [`${count} ${what}`]))
  return `imported ${name}: ${parts.join(', ')}, in ${seconds.toFixed(1)} s`
}
