import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { PROJECT_ROOT } from '../root.js'
import { realNumber, wholeNumber } from './options.js'

/** Adds `actbench seed load|write|surrogates|fashion|properties`, which make the data that ship with the product. */
export function addSeedCommand(program: Command): void {
  const seed = program.command('seed').description('make the data that ship with the product')
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
  addFashionCommand(seed)
  addPropertiesCommand(seed)
  addSurrogatesCommand(seed)
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

/** Adds `actbench seed surrogates`, which fits the surrogates of the shipped data again after a change of method. */
function addSurrogatesCommand(seed: Command): void {
  seed
    .command('surrogates <dataset>')
    .description('fit the surrogates of a shipped dataset again and write their files; needs an empty data folder')
    .option('--folder <folder>', 'the folder of the shipped data', join(PROJECT_ROOT, 'seed'))
    .action(async (dataset: string, { folder }: { folder: string }) => {
      const { withDatabase } = await import('./with-database.js')
      const { applyMigrations } = await import('../db/connection/migrate.js')
      const { refitShipped } = await import('../services/shipped-data/refit-shipped.js')
      const { openTerminalLine } = await import('../progress/terminal-line.js')
      const show = openTerminalLine(process.stderr)
      const work = async (database: Parameters<typeof refitShipped>[0]) => {
        await applyMigrations(database.url)
        const onProgress = (algorithm: string, share: number) =>
          show(`${algorithm}: ${Math.round(100 * share)}%`, share === 1)
        for (const { algorithm, quality } of await refitShipped(database, {
          seedFolder: folder,
          dataset,
          onProgress,
        })) {
          process.stdout.write(
            `${dataset}, ${algorithm}: Spearman ${quality.spearman?.toFixed(3)}, ${quality.functions} functions\n`,
          )
        }
      }
      await withDatabase(work, { needs: 'CREATED' })
    })
}

/** Adds `actbench seed properties`, which spares a first start the decision of properties, and servers the moments. */
function addPropertiesCommand(seed: Command): void {
  seed
    .command('properties')
    .description('compute the properties and the Gaussian moments of the functions that a first start stores')
    .option('--folder <folder>', 'the folder of the shipped data', join(PROJECT_ROOT, 'seed'))
    .action(async ({ folder }: { folder: string }) => {
      const { exportMoments, exportProperties } = await import('../services/shipped-data/export-properties.js')
      for (const [what, write] of Object.entries({ properties: exportProperties, moments: exportMoments })) {
        const { functions, bytes } = write(folder)
        process.stdout.write(`${folder}: ${what} of ${functions} functions, ${Math.round(bytes / 1000)} kB\n`)
      }
    })
}

/** Adds `actbench seed fashion`, which makes the pictures of the task on photographs. */
function addFashionCommand(seed: Command): void {
  const count = (flag: string, what: string, value: number) =>
    new Option(`--${flag} <count>`, what).argParser(wholeNumber(10, 60_000)).default(value)
  const number = (flag: string, what: string, [least, most, value]: readonly [number, number, number]) =>
    new Option(`--${flag} <number>`, what).argParser(realNumber(least, most)).default(value)
  seed
    .command('fashion <originals>')
    .description('make the pictures of clothes from a folder with the published files of Fashion-MNIST')
    .option('--folder <folder>', 'where to', join(PROJECT_ROOT, 'seed/fashion'))
    .addOption(
      new Option('--seed <seed>', 'chooses and places the photographs').argParser(wholeNumber(0, 2 ** 31)).default(1),
    )
    .addOption(new Option('--size <pixels>', 'width and height').argParser(wholeNumber(4, 112)).default(16))
    .addOption(count('train', 'training pictures', 6000))
    .addOption(count('validation', 'validation pictures', 3000))
    .addOption(count('test', 'test pictures', 3000))
    .addOption(number('rotation', 'greatest angle to either side, in degrees', [0, 180, 180]))
    .addOption(number('shift', 'greatest shift along each axis, in half widths', [0, 1, 0.2]))
    .addOption(number('scale', 'half width of a photograph, in half widths', [0.1, 4, 0.9]))
    .action(async (originals: string, options: FashionFlags) => {
      const { writeFashion } = await import('../bulk/write-fashion.js')
      const { folder, train, validation, test, scale, ...rest } = options
      const counts = { trainCount: train, validationCount: validation, testCount: test }
      const written = writeFashion(originals, folder, { ...rest, ...counts, scale: [scale, scale] })
      process.stdout.write(`${folder}: ${written} pictures\n`)
    })
}

interface FashionFlags {
  readonly folder: string
  readonly seed: number
  readonly size: number
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly rotation: number
  readonly shift: number
  readonly scale: number
}

/** The commands of the existing manifest. */
function readCommands(manifest: string): string[] {
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')).commands as string[]) : []
}
