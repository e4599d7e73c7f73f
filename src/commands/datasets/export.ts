import { createWriteStream, renameSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { EXPORT_FORMAT_NAMES, type ExportFormat } from '../../services/exports/export-formats.js'

interface ExportOptions {
  readonly format: ExportFormat
  readonly output?: string
}

/** Adds `actbench export`: a dataset as a file, with its licence and citation. */
export function addExportCommand(program: Command): void {
  program
    .command('export <dataset>')
    .description('write a dataset as a file; its licence and citation go into FILE.about.json')
    .addOption(
      new Option('--format <format>', 'json is the Act-Bench format').choices(EXPORT_FORMAT_NAMES).default('json'),
    )
    .option(
      '--output <file>',
      'file to write; without it the data go to standard output and the licence to standard error',
    )
    .action(exportCommand)
}

async function exportCommand(name: string, { format, output }: ExportOptions): Promise<void> {
  const { withDatabase } = await import('../with-database.js')
  const { describeProvenance, exportDataset } = await import('../../services/exports/export-dataset.js')
  await withDatabase(async (database) => {
    const about = await describeProvenance(database, name)
    const chunks = Readable.from(exportDataset(database, { dataset: name, format }))
    if (output === undefined) {
      process.stderr.write(`${about.title}\nlicence: ${about.license ?? 'not stated'}\n${about.citation ?? ''}\n`)
      await pipeline(chunks, process.stdout, { end: false })
      return
    }
    // The file gets its name only when it is complete.
    const part = `${output}.part`
    try {
      const file = createWriteStream(part)
      await pipeline(chunks, file)
      renameSync(part, output)
      writeFileSync(`${output}.about.json`, `${JSON.stringify(about, null, 2)}\n`)
      process.stdout.write(`${output}: ${(file.bytesWritten / 1e6).toFixed(1)} MB\n`)
    } finally {
      rmSync(part, { force: true })
    }
  })
}
