import type { Config } from '../config.js'
import type { Database } from '../db/connection/client.js'
import { applyMigrations } from '../db/connection/migrate.js'
import { ensureAdminKey } from '../services/access/admin-key.js'
import { fillProperties } from '../services/activations/fill-properties.js'
import { fillShapes } from '../services/activations/fill-shapes.js'
import { recomputeIdentities } from '../services/activations/recompute-identities.js'
import { type ImportedSeed, importSeed, importShippedSnapshots } from '../services/shipped-data/import-seed.js'

/** A line of progress comes after so many functions. */
const PROGRESS_STEP = 1000

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
  await updateIdentities(database, say)
  await importSeed(database, {
    onProgress: (done, total, name) => say(`preparing ${name} (${done + 1} of ${total})`),
    onImported: (part) => say(formatImported(part)),
    onLeftOut: (name) =>
      say(
        `the shipped dataset ${name} is left out, because another dataset has its name; export and delete that one to get it`,
      ),
  })
  await fillShapes(database)
  await fillProperties(database, (done, total) => {
    if (done % PROGRESS_STEP === 0 || done === total) say(`decided the properties of ${done} of ${total} functions`)
  })
}

/** Does the rest, which need not be done before the service answers: the snapshots of the shipped data. */
export async function finishDatabase(database: Database, say: (line: string) => void): Promise<void> {
  await importShippedSnapshots(database, { onImported: (part) => say(formatImported(part)) })
}

/** Seconds between two lines about the progress. */
const PROGRESS_SECONDS = 5

/** Computes the identities that earlier versions stored again. It takes about a second for 900 functions. */
async function updateIdentities(database: Database, say: (line: string) => void): Promise<void> {
  const started = performance.now()
  let last = Number.NEGATIVE_INFINITY
  const { functions, split } = await recomputeIdentities(database, (done, total) => {
    if (performance.now() - last < 1000 * PROGRESS_SECONDS) return
    last = performance.now()
    say(`computing the ids of functions again (${done} of ${total})`)
  })
  if (functions === 0) return
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(`computed the ids of ${functions} functions again; ${split} were part of another function, in ${seconds} s`)
}

function formatImported({
  name,
  activations,
  evaluations,
  runs,
  names,
  fits,
  snapshots,
  seconds,
}: ImportedSeed): string {
  if (names !== undefined) return `corrected the names of ${names} functions, in ${seconds.toFixed(1)} s`
  if (fits !== undefined) return `${fits} surrogates will be fitted again, because their maps lack some features`
  if (snapshots !== undefined)
    return `stored ${name.replace(', snapshot', ' as a snapshot')}, in ${seconds.toFixed(1)} s`
  const counts = Object.entries({ functions: activations, evaluations, 'new runs': runs })
  const parts = counts.flatMap(([what, count]) => (count === undefined ? [] : [`${count} ${what}`]))
  return `imported ${name}: ${parts.join(', ')}, in ${seconds.toFixed(1)} s`
}
