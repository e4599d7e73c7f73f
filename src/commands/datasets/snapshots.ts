import process from 'node:process'
import type { Command } from 'commander'
import type { Database } from '../../db/connection/client.js'
import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { UsageError } from '../exit-status.js'
import { OPERATOR } from '../operator.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { printChanges } from './print-changes.js'

/** Adds `actbench dataset snapshot|snapshots|diff|delete-snapshot`. */
export function addSnapshotCommands(dataset: Command): void {
  addJsonOption(
    dataset
      .command('snapshot <name>')
      .description('make an immutable copy of its evaluations and runs, which people can cite')
      .option('--name <snapshot>', 'such as paper-2026 (default: the next number)'),
  ).action((name: string, options: OutputOptions & { readonly name?: string }) =>
    withDatasets(async (database) => {
      const { createSnapshot } = await import('../../services/snapshots/create-snapshot.js')
      const made = await createSnapshot(database, OPERATOR, { dataset: name, name: options.name ?? null })
      printResult(toShown(made), `${formatSnapshot(made)}\n`, options)
    }),
  )
  addJsonOption(dataset.command('snapshots <name>').description('list its snapshots, newest first')).action(
    (name: string, options: OutputOptions) =>
      withDatasets(async (database) => {
        const { getDataset } = await import('../../services/datasets/get-dataset.js')
        const { listSnapshots } = await import('../../db/snapshots/find-snapshots.js')
        await getDataset(database.prisma, name)
        const found = await listSnapshots(database.kysely, name, MOST_LISTED)
        printResult(found.map(toShown), found.map((each) => `${formatSnapshot(each)}\n`).join(''), options)
      }),
  )
  addJsonOption(
    dataset
      .command('diff <name> <from> [to]')
      .description(
        'list what changed: <from> is a snapshot or a time such as 2026-11-01, [to] a snapshot (default: now)',
      ),
  ).action((name: string, from: string, to: string | undefined, options: OutputOptions) =>
    withDatasets((database) => printChanges(database, name, { from, to }, options)),
  )
  dataset
    .command('delete-snapshot <name> <snapshot>')
    .description('delete the data of a snapshot; its name, its checksum and the reason stay')
    .requiredOption('--reason <text>', 'what whoever follows a citation will read')
    .option('--yes', 'confirms it; without it nothing is deleted')
    .action(async (name: string, snapshot: string, { reason, yes }: { reason: string; yes?: boolean }) => {
      if (!yes) throw new UsageError(`dataset delete-snapshot: this deletes ${name}@${snapshot}; repeat it with --yes`)
      await withDatasets(async (database) => {
        const { deleteSnapshot } = await import('../../services/snapshots/delete-snapshot.js')
        const deleted = await deleteSnapshot(database, OPERATOR, { dataset: name, name: snapshot, reason })
        process.stdout.write(`${formatSnapshot(deleted)}\n`)
      })
    })
}

const MOST_LISTED = 10_000

function toShown({ id: _, datasetId: __, datasetName: dataset, ...snapshot }: SnapshotRow): object {
  return { dataset, ...snapshot }
}

function formatSnapshot(snapshot: SnapshotRow): string {
  const { datasetName, name, createdAt, evaluationCount, runCount, checksum, deletedAt, deletionReason } = snapshot
  const end = deletedAt === null ? [] : [`deleted ${deletedAt.toISOString().slice(0, 10)}: ${deletionReason}`]
  const facts = [createdAt.toISOString().slice(0, 19), `${evaluationCount} evaluations`, `${runCount} runs`]
  return [`${datasetName}@${name}`, ...facts, `sha256 ${checksum}`, ...end].join('  ')
}

async function withDatasets(work: (database: Database) => Promise<void>): Promise<void> {
  const { withDatabase } = await import('../with-database.js')
  await withDatabase(work)
}
