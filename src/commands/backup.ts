import process from 'node:process'
import type { Command } from 'commander'
import { openTerminalLine } from '../progress/terminal-line.js'
import type { BackupManifest, BackupTotals } from '../services/backup/backup-file.js'
import { onStopSignals } from '../start/on-stop-signals.js'
import { EXIT_STATUS } from './exit-status.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

interface RestoreOptions extends OutputOptions {
  readonly replace?: boolean
  readonly dryRun?: boolean
}

/** Adds `actbench backup`, which writes the whole database to a file while the service runs. */
export function addBackupCommand(program: Command): void {
  const command = program
    .command('backup <file>')
    .description('write everything in the database to a file; servers and workers may run')
  addJsonOption(command).action(backUp)
}

/** Adds `actbench restore`, which reads such a file. */
export function addRestoreCommand(program: Command): void {
  const command = program
    .command('restore <file>')
    .description('make the database equal to a backup; servers and workers must be stopped')
    .option('--replace', 'delete what the database has')
    .option('--dry-run', 'check the file and change nothing; needs no database')
  addJsonOption(command).action(restore)
}

async function backUp(file: string, options: OutputOptions): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { requireTables } = await import('../start/database-address.js')
  const { backUpDatabase } = await import('../services/backup/back-up-database.js')
  const signal = openStopSignal()
  const show = openTerminalLine(process.stderr)
  const started = performance.now()
  await stoppable(signal, () =>
    withDatabase(
      async (database) => {
        await requireTables(database.url)
        const summary = await backUpDatabase(database, file, {
          signal,
          onProgress: (table, rows) => show(`${rows} rows, copying ${table}`, false),
        })
        const seconds = (performance.now() - started) / 1000
        const { rows, bytes, tables, tasks } = summary
        show(`${rows} rows copied`, true)
        const text = `${file}: ${rows} rows of ${tables} tables, ${tasks} waiting tasks, ${formatMegabytes(bytes)}, in ${seconds.toFixed(1)} s\n`
        printResult({ ...summary, seconds }, text, options)
      },
      { needs: 'REACHABLE' },
    ),
  )
}

async function restore(file: string, options: RestoreOptions): Promise<void> {
  const { checkBackup, restoreDatabase } = await import('../services/backup/restore-database.js')
  const backup = await checkBackup(file)
  const { manifest, totals } = backup
  const text = describeBackup(file, manifest, totals)
  const described = { file, ...manifest, ...totals }
  if (options.dryRun) return printResult(described, `${text}; nothing was changed\n`, options)
  const { withDatabase } = await import('./with-database.js')
  const signal = openStopSignal()
  const show = openTerminalLine(process.stderr)
  const total = countRows(totals)
  await stoppable(signal, () =>
    withDatabase(
      async (database) => {
        await restoreDatabase(database, backup, {
          replaces: options.replace,
          signal,
          onProgress: (rows) => show(`${rows} of ${total} rows`, false),
        })
        show(`${total} rows stored`, true)
        const { recomputeIdentities } = await import('../services/activations/recompute-identities.js')
        const { functions } = await recomputeIdentities(database, (done, all) =>
          show(`${done} of ${all} ids of functions`, false),
        )
        if (functions > 0) show(`${functions} ids of functions computed again`, true)
        const migrated = backup.later.length > 0 ? `, and ${backup.later.length} later migrations` : ''
        printResult({ ...described, migrations: manifest.migrations.length }, `restored ${text}${migrated}\n`, options)
      },
      { needs: 'REACHABLE' },
    ),
  )
}

function describeBackup(file: string, { version, createdAt }: BackupManifest, totals: BackupTotals): string {
  return `${file} of ${createdAt}, made by version ${version}: ${countRows(totals)} rows, ${totals.tasks} waiting tasks`
}

function countRows({ rows }: BackupTotals): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0)
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function openStopSignal(): AbortSignal {
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(EXIT_STATUS.interrupted),
  )
  return stop.signal
}

/** Runs work that the signal ends. Then nothing has changed, and the exit status says so. */
async function stoppable(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write('actbench: stopped; nothing was changed\n')
    process.exitCode = EXIT_STATUS.interrupted
  }
}
