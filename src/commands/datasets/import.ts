import { existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { readConfig } from '../../config.js'
import { PUBLISHED_DATASETS } from '../../datasets/published-datasets.js'
import { openTerminalLine } from '../../progress/terminal-line.js'
import type { DatasetDescription, ImportSummary } from '../../services/imports/import-file.js'
import { UsageError } from '../exit-status.js'
import { wholeNumber } from '../options.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { readAboutFile } from './about-file.js'
import { addDescriptionOptions } from './description-options.js'
import { openIssueReport } from './issue-report.js'

interface ImportOptions extends DatasetDescription, OutputOptions {
  readonly dataset?: string
  readonly about?: string
  readonly spectrumLength?: number
  readonly replace?: boolean
  readonly dryRun?: boolean
  readonly report?: string
  readonly fresh?: boolean
}

const HELP = `
Formats: the Act-Bench format, CSV with a header, JSON Lines, plain or gzip; Parquet. In a table each line or row is a run, with
a column expression (or function, activation), metrics such as val_acc or test_loss, and a seed if there is one.
Published datasets: ${Object.keys(PUBLISHED_DATASETS).join(', ')}`

/** Adds `actbench import`: a file becomes a dataset, completely or not at all. */
export function addImportCommand(program: Command): void {
  const command = program
    .command('import <source>')
    .description('import a file, an address, or a published dataset; all or nothing')
    .addHelpText('after', HELP)
    .option('--dataset <name>', 'lower-case letters, digits and hyphens')
    .option('--about <file>', 'a description as JSON, such as the .about.json of an export; options go first')
  addDescriptionOptions(command)
    .option('--source-url <address>', 'where the file was published')
    .addOption(
      new Option(
        '--spectrum-length <values>',
        'length of a Fisher spectrum (default: the most frequent one)',
      ).argParser(wholeNumber(1, 10_000_000)),
    )
    .option('--replace', 'replace what was imported into the dataset before')
    .option('--fresh', 'download again, even if the file is there')
    .option('--dry-run', 'check the file and change nothing; needs no database')
    .option('--report <file>', 'write a line of JSON for everything that is wrong with a row')
  addJsonOption(command).action(importCommand)
}

async function importCommand(source: string, given: ImportOptions): Promise<void> {
  const isFile = existsSync(source)
  const published = isFile ? undefined : PUBLISHED_DATASETS[source]
  const url = published?.url ?? (!isFile && /^https?:\/\//.test(source) ? source : undefined)
  const dataset = given.dataset ?? (published ? source : isFile ? toDatasetName(source) : undefined)
  if (dataset === undefined) throw new UsageError('--dataset: expected the name that the dataset gets')
  if (url === undefined && !isFile) {
    const names = Object.keys(PUBLISHED_DATASETS).join(', ')
    throw new Error(`${source}: expected a file, an address that begins with http, or one of ${names}`)
  }
  // Without a database, nothing is downloaded.
  if (!given.dryRun) await (await import('../with-database.js')).withDatabase(async () => {})
  const about = given.about === undefined ? {} : readAboutFile(given.about)
  const path = url === undefined ? source : await fetchSource(published ? source : dataset, url, given.fresh)
  const options = { sourceUrl: url, ...about, ...given, source, dataset }
  const { openImportProgress } = await import('../../progress/import-progress.js')
  const { size } = statSync(path)
  const report = openIssueReport(options.report)
  const progress = openImportProgress(size)
  const hooks = {
    onRow: (rows: number, { fileBytes }: { fileBytes: number }) => progress.show(fileBytes, rows),
    onIssue: report.note,
    spectrumLength: options.spectrumLength,
  }
  const started = performance.now()
  let outcome: Outcome
  try {
    outcome = options.dryRun ? await check(path, hooks) : await store(path, options, hooks)
  } finally {
    progress.close()
  }
  const seconds = (performance.now() - started) / 1000
  const issues = report.finish()
  const lines = [
    ...issues.map(({ line }) => line),
    outcome.text,
    `${(size / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s`,
  ]
  const shown = { dataset, ...outcome.value, issues: issues.map(({ line: _, ...issue }) => issue) }
  printResult(shown, lines.map((line) => `${line}\n`).join(''), options)
}

/** `Results 1.csv.gz` becomes `results-1`; undefined if nothing is left. */
function toDatasetName(path: string): string | undefined {
  const stem = basename(path).replace(/(\.(json|jsonl|ndjson|csv|tsv|txt|parquet|gz))+$/i, '')
  return (
    stem
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || undefined
  )
}

/** The result of an import or of a check. */
interface Outcome {
  readonly value: object
  readonly text: string
}

/** Returns the downloaded file of an address, in the data folder. An interrupted download continues from its end. */
async function fetchSource(name: string, url: string, isFresh = false): Promise<string> {
  const { downloadFile } = await import('../../datasets/reading/download-file.js')
  const { lockFolder } = await import('../../start/folder-lock.js')
  const folder = findDownloadFolder(readConfig().dataFolder)
  const path = join(folder, `${basename(name)}.json`)
  mkdirSync(folder, { recursive: true })
  const show = openTerminalLine(process.stderr)
  const describe = (bytes: number, total: number | null) =>
    `${url}: ${(bytes / 1e6).toFixed(1)} MB${total === null ? '' : ` of ${(total / 1e6).toFixed(1)}`}`
  const onProgress = (bytes: number, total: number | null) => show(describe(bytes, total), bytes === total)
  // Two downloads at once would write to the same unfinished file.
  const unlock = lockFolder(`${path}.lock`, 'the download')
  const outcome = await downloadFile(url, path, { isFresh, onProgress }).finally(unlock)
  if (outcome === 'UNCHANGED') process.stderr.write(`${url} has not changed since it was downloaded to ${path}\n`)
  if (outcome === 'UNREACHABLE') {
    const day = statSync(path).mtime.toISOString().slice(0, 10)
    process.stderr.write(`${url} cannot be reached; this is what was downloaded on ${day}: ${path}\n`)
  }
  return path
}

/** The data folder, or the user's cache if no data folder exists: only `start` and `migrate` create one. */
function findDownloadFolder(dataFolder: string): string {
  return join(existsSync(dataFolder) ? dataFolder : join(homedir(), '.cache', 'actbench'), 'downloads')
}

type StoreOptions = ImportOptions & { readonly source: string; readonly dataset: string }
type Hooks = import('../../datasets/reading/check-file.js').CheckFileOptions

async function check(path: string, hooks: Hooks): Promise<Outcome> {
  const { checkFile } = await import('../../datasets/reading/check-file.js')
  const value = await checkFile(path, hooks)
  const { rows, evaluations, spectrumLength, checksum } = value
  const spectra = spectrumLength === null ? 'no spectra' : `spectra of ${spectrumLength} values`
  const text = `${rows} rows, ${evaluations} usable, ${spectra}, SHA-256 ${checksum}; nothing was changed`
  return { value: { outcome: 'CHECKED', ...value }, text }
}

async function store(path: string, options: StoreOptions, hooks: Hooks): Promise<Outcome> {
  const { withDatabase } = await import('../with-database.js')
  const { importFile } = await import('../../services/imports/import-file.js')
  return withDatabase(async (database) => {
    const { dataset, replace: isReplacing } = options
    const { url: _, ...known } = PUBLISHED_DATASETS[options.source] ?? PUBLISHED_DATASETS[dataset] ?? {}
    const describe = { ...known, ...options }
    const summary = await importFile(database, { ...hooks, path, dataset, describe, isReplacing })
    return { value: summary, text: summarise(dataset, summary) }
  })
}

function summarise(dataset: string, summary: ImportSummary): string {
  const { outcome, rows, runs, evaluations, spectra, checksum, bytes } = summary
  const counts = `${runs > 0 ? `${runs} runs` : `${rows} rows`}, ${evaluations} evaluations, ${spectra} spectra, ${bytes} bytes, SHA-256 ${checksum}`
  if (outcome === 'UNCHANGED') return `${dataset} holds this file already, nothing was changed: ${counts}`
  return `${outcome === 'IMPORTED' ? 'imported' : 'replaced'} ${dataset}: ${counts}`
}
