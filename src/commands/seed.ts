import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Command } from 'commander'
import { PROJECT_ROOT } from '../root.js'

/** Adds `actbench seed load|write`, which make the datasets that ship with the product. */
export function addSeedCommand(program: Command): void {
  const seed = program.command('seed').description('make the datasets that ship with the product')
  seed
    .command('load <dataset> <files...>')
    .description('add the files of `train` and `spectra` to the database')
    .action(async (dataset: string, files: string[]) => {
      const { withDatabase } = await import('./with-database.js')
      const { loadLines } = await import('../services/shipped-data/load-lines.js')
      const lines = files.flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      )
      await withDatabase(async (database) => {
        const { runs, spectra } = await loadLines(database, dataset, lines)
        process.stdout.write(`${dataset}: ${runs} new runs, ${spectra} spectra\n`)
      })
    })
  seed
    .command('write <dataset>')
    .description('write the files of a dataset from the database')
    .option('--folder <folder>', 'where to', join(PROJECT_ROOT, 'seed'))
    .option('--command <command...>', 'how the data were made, for the manifest')
    .action(async (name: string, { folder, command }: { folder: string; command?: string[] }) => {
      const { withDatabase } = await import('./with-database.js')
      const { exportSeed } = await import('../services/shipped-data/export-seed.js')
      const place = join(folder, name)
      await withDatabase(async (database) => {
        const commands = command ?? readCommands(join(place, 'manifest.json'))
        const { counts, files } = await exportSeed(database, { dataset: name, folder: place, commands })
        const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
        process.stdout.write(
          `${place}: ${counts.evaluations} evaluations, ${counts.runs} runs, ${counts.spectra} spectra, ${(bytes / 1e6).toFixed(1)} MB\n`,
        )
      })
    })
}

/** The commands of the existing manifest. */
function readCommands(manifest: string): string[] {
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')).commands as string[]) : []
}
