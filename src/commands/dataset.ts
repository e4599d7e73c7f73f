import process from 'node:process'
import type { Command } from 'commander'
import type { Database } from '../db/connection/client.js'

/** Adds `actbench dataset show|close-exports|open-exports`. */
export function addDatasetCommand(program: Command): void {
  const dataset = program.command('dataset').description('show where a dataset came from, close and open its exports')
  dataset
    .command('show <name>')
    .description('print its licence, citation, source, checksum and size as JSON')
    .action((name: string) =>
      withDatasets(async (database) => {
        const { describeProvenance } = await import('../services/datasets/export-dataset.js')
        process.stdout.write(`${JSON.stringify(await describeProvenance(database, name), null, 2)}\n`)
      }),
    )
  dataset
    .command('close-exports <name>')
    .description('refuse to serve it as a file; queries still answer')
    .action((name: string) => change(name, true))
  dataset
    .command('open-exports <name>')
    .description('serve it as a file again')
    .action((name: string) => change(name, false))
}

function change(name: string, isClosed: boolean): Promise<void> {
  return withDatasets(async (database) => {
    const { changeExportsClosed } = await import('../services/datasets/exports-closed.js')
    await changeExportsClosed(database, name, isClosed)
    process.stdout.write(`the exports of ${name} are ${isClosed ? 'closed' : 'open'}\n`)
  })
}

async function withDatasets(work: (database: Database) => Promise<void>): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { applyMigrations } = await import('../db/connection/migrate.js')
  await withDatabase(async (database) => {
    await applyMigrations(database.url)
    await work(database)
  })
}
