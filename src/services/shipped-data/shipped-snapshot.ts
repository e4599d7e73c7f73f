import { createHash } from 'node:crypto'
import type { RunLine } from '../../datasets/shipped/run-line.js'
import { readLiteratureLines, readRunLines } from '../../datasets/shipped/seed-folder.js'
import type { SeedManifest } from '../../datasets/shipped/seed-manifest.js'
import { isSpectrumLine } from '../../datasets/shipped/spectrum-line.js'
import type { Db } from '../../db/connection/client.js'
import { findIdentities } from '../../db/snapshots/find-identities.js'
import { listSnapshots } from '../../db/snapshots/find-snapshots.js'
import type { SnapshotEvaluation } from '../../db/snapshots/read-evaluations.js'
import { lockForSnapshot } from '../../db/snapshots/write-snapshot.js'
import { METRIC_PROPERTIES, type Metrics, pickMetrics } from '../../metrics.js'
import { formatSnapshotLine } from '../snapshots/snapshot-line.js'
import { takeSnapshot } from '../snapshots/take-snapshot.js'

/** Snapshots that are looked at for the same content. */
const MOST_SNAPSHOTS = 1000

/**
 * Makes the snapshot of a shipped version of a dataset, in the caller's transaction: `v2` for the version 2. It has what the
 * files of the product have and nothing that was trained here, so its checksum is the same in every service. If files of the
 * same version change, the next one is `v2.1`. Returns 0 if there is a snapshot of these files, or no such dataset.
 */
export async function takeShippedSnapshot(db: Db, folder: string, manifest: SeedManifest): Promise<number> {
  const dataset = await db.dataset.findUnique({ where: { name: manifest.name, origin: 'TRAINED' } })
  // It was deleted after its import.
  if (!dataset || !(await lockForSnapshot(db.$kysely, dataset.id))) return 0
  const evaluations = await listShippedEvaluations(db, folder, manifest)
  if (evaluations.length === 0) return 0
  const known = await listSnapshots(db.$kysely, dataset.name, MOST_SNAPSHOTS)
  const hash = createHash('sha256')
  for (const evaluation of evaluations) hash.update(formatSnapshotLine(evaluation))
  const checksum = hash.digest('hex')
  if (known.some((snapshot) => snapshot.isShipped && snapshot.checksum === checksum)) return 0
  const names = new Set(known.map(({ name }) => name))
  let name = `v${manifest.version}`
  for (let i = 1; names.has(name); i++) name = `v${manifest.version}.${i}`
  await takeSnapshot(db, dataset, { name, isShipped: true, apiKeyId: null, evaluations })
  return 1
}

/** The evaluations of the files with their runs, as an import stores them. */
async function listShippedEvaluations(db: Db, folder: string, manifest: SeedManifest): Promise<SnapshotEvaluation[]> {
  const others = (readLiteratureLines(folder)?.lines ?? []).filter((line) => !isSpectrumLine(line))
  const runs = [...readRunLines(folder, manifest), ...others.map((line) => JSON.parse(line) as RunLine)]
  const identities = await findIdentities(db.$kysely, [...new Set(runs.map(({ expression }) => expression))])
  const found = new Map<string, { expression: string; runs: Map<number, RunLine> }>()
  for (const run of runs) {
    const identity = identities.get(run.expression)
    if (identity === undefined) throw new Error(`${run.expression}: expected a stored function, got none`)
    const known = found.get(identity) ?? { expression: run.expression, runs: new Map() }
    found.set(identity, known)
    if (!known.runs.has(run.seed)) known.runs.set(run.seed, run)
  }
  const evaluations = Array.from(found, ([activationId, each]) =>
    toEvaluation(activationId, each.expression, [...each.runs.values()]),
  )
  const bytesOf = ({ expression }: SnapshotEvaluation) => Buffer.from(expression)
  return evaluations.sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)))
}

function toEvaluation(activationId: string, expression: string, runs: readonly RunLine[]): SnapshotEvaluation {
  const sorted = [...runs].sort((a, b) => a.seed - b.seed)
  return {
    ...{ expression, activationId },
    ...(Object.fromEntries(
      METRIC_PROPERTIES.map((name) => [name, medianOf(sorted.map((run) => run[name]))]),
    ) as Metrics),
    runs: sorted.map((run) => {
      const { seed, version, backend, device, softwareVersion, learnedParameters, endReason } = run
      const learned = learnedParameters ? { learnedParameters: learnedParameters as never } : {}
      return { seed, version, ...pickMetrics(run), backend, device, softwareVersion, ...learned, endReason }
    }),
  }
}

/** As `percentile_cont(0.5)` of PostgreSQL computes it; null values do not count. */
function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (known.length === 0) return null
  const [low, high] = [known[(known.length - 1) >> 1], known[known.length >> 1]]
  return low + 0.5 * (high - low)
}
