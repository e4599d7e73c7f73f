import { statSync } from 'node:fs'
import process from 'node:process'
import { type Command, Option } from 'commander'
import type { ImportedSpectra } from '../../services/spectra/import-spectra.js'
import { OPERATOR } from '../operator.js'
import { wholeNumber } from '../options.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { openIssueReport } from './issue-report.js'

interface ImportSpectraOptions extends OutputOptions {
  readonly replace?: boolean
  readonly skipWrong?: boolean
  readonly spectrumLength?: number
  readonly report?: string
}

const HELP = `
Files: a matrix of numpy.save with a row for each function, and a second file with the expressions of its rows (one on each
line, or a column expression of CSV or JSON Lines, or a JSON list); JSON Lines with expression and fisherSpectrum, such as an
export; the output of \`actbench spectra --output\`; the Act-Bench format.
A spectrum is one cumulative distribution after another, one for each layer: numbers that rise from 0 to 1. All spectra of a
dataset have the same length. Functions that are not evaluated in the dataset are kept, for predictions.
All or nothing: an interrupted command is simply repeated.`

/** Adds `actbench import-spectra`: Fisher spectra of a file for a dataset that the service does not train. */
export function addImportSpectraCommand(program: Command): void {
  const command = program
    .command('import-spectra <dataset> <file> [expressions]')
    .description('add Fisher spectra that you computed to an imported dataset, or to one that a client made')
    .addHelpText('after', HELP)
    .option('--replace', 'replace stored spectra that have other values')
    .option('--skip-wrong', 'leave out wrong rows; without it, one wrong row stops the import')
    .addOption(
      new Option('--spectrum-length <values>', 'length of a spectrum (default: that of the first one)').argParser(
        wholeNumber(1, 10_000_000),
      ),
    )
    .option('--report <file>', 'write a line of JSON for everything that is wrong with a row')
  addJsonOption(command).action(importSpectraCommand)
}

/** Adds `actbench dataset delete-spectra`. */
export function addDeleteSpectraCommand(dataset: Command): void {
  dataset
    .command('delete-spectra <name>')
    .description('delete the Fisher spectra that were given to a dataset')
    .option('--yes', 'confirms it; without it nothing is deleted')
    .action(async (name: string, { yes }: { readonly yes?: boolean }) => {
      const { UsageError } = await import('../exit-status.js')
      if (!yes)
        throw new UsageError(`dataset delete-spectra: this deletes all spectra of ${name}; repeat it with --yes`)
      const { withDatabase } = await import('../with-database.js')
      const { deleteFisherSpectra } = await import('../../services/spectra/delete-fisher-spectra.js')
      await withDatabase(async (database) => {
        const { deleted } = await deleteFisherSpectra(database, OPERATOR, name)
        process.stdout.write(`deleted ${deleted} spectra of ${name}\n`)
      })
    })
}

async function importSpectraCommand(
  dataset: string,
  path: string,
  expressionsPath: string | undefined,
  options: ImportSpectraOptions,
): Promise<void> {
  const { withDatabase } = await import('../with-database.js')
  const { importSpectra } = await import('../../services/spectra/import-spectra.js')
  const { openImportProgress } = await import('../../progress/import-progress.js')
  const { size } = statSync(path)
  const report = openIssueReport(options.report)
  const progress = openImportProgress(size)
  let stored: ImportedSpectra
  try {
    stored = await withDatabase((database) =>
      importSpectra(database, {
        ...{ dataset, path, expressionsPath, spectrumLength: options.spectrumLength },
        ...{ replaces: options.replace, skipsWrong: options.skipWrong, onIssue: report.note },
        onRow: (rows, { fileBytes }) => progress.show(fileBytes, rows),
      }),
    )
  } catch (error) {
    progress.close()
    for (const { line } of report.finish()) process.stderr.write(`${line}\n`)
    throw error
  } finally {
    progress.close()
  }
  const issues = report.finish()
  const lines = [...issues.map(({ line }) => line), summarise(dataset, stored)]
  const shown = { dataset, ...stored, issues: issues.map(({ line: _, ...issue }) => issue) }
  printResult(shown, lines.map((line) => `${line}\n`).join(''), options)
}

function summarise(dataset: string, { added, replaced, unchanged, wrong, length }: ImportedSpectra): string {
  const left = wrong > 0 ? `, ${wrong} rows left out` : ''
  return `${dataset}: ${added} spectra added, ${replaced} replaced, ${unchanged} there already${left}; ${length} values each`
}
