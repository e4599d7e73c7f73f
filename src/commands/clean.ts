import process from 'node:process'
import type { Command } from 'commander'
import { openTerminalLine } from '../progress/terminal-line.js'
import { onStopSignals } from '../start/on-stop-signals.js'
import { EXIT_STATUS } from './exit-status.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

interface CleanOptions extends OutputOptions {
  readonly dryRun?: boolean
}

/** Adds `actbench clean`, which deletes at once what servers delete every hour. */
export function addCleanCommand(program: Command): void {
  const command = program
    .command('clean')
    .description('delete what the settings ACTBENCH_KEEP_... do not keep; servers do the same every hour')
    .option('--dry-run', 'count it and delete nothing')
  addJsonOption(command).action(clean)
}

async function clean(options: CleanOptions): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { cleanUp, countDeletable } = await import('../services/retention/clean-up.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(EXIT_STATUS.interrupted),
  )
  const show = openTerminalLine(process.stderr)
  await withDatabase(async (database, { retention }) => {
    const onDeleted = (what: string, count: number) => show(`deleted ${count} ${what.replace('_', ' ')}`, false)
    const counts = options.dryRun
      ? await countDeletable(database, retention)
      : await cleanUp(database, retention, { signal: stop.signal, onDeleted })
    const parts = Object.entries(counts).map(([what, count]) => `${count} ${what.replace('_', ' ')}`)
    const text = options.dryRun
      ? `would delete ${parts.join(', ')}; nothing was changed`
      : `deleted ${parts.join(', ')}`
    printResult(counts, `${text}\n`, options)
  })
  if (stop.signal.aborted) process.exitCode = EXIT_STATUS.interrupted
}
