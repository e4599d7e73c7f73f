import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Command } from 'commander'
import { ask } from '../../api-client/api.js'
import { UsageError } from '../exit-status.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { asksService, openService } from '../remote-options.js'
import { formatNumber } from './evaluation-rows.js'

interface UploadOptions extends OutputOptions {
  readonly name?: string
}

interface UploadedSurrogate {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly candidates: number
  readonly quality: Readonly<Record<QualityName, number | null>>
}

type QualityName = 'functions' | 'spearman' | 'kendall' | 'meanAbsoluteError' | 'intervalCoverage'

const HELP = `
File: CSV with the columns expression, mean and standardDeviation, or JSON Lines with these fields; plain or gzip; up to
50,000 functions. An expression with commas stands in quotes: "max(x,tanh(x))". A mean is a validation accuracy from 0 to 1.
All or nothing: an interrupted command is simply repeated. Round the numbers of a large file to six digits, so that it fits into
a request of one megabyte after compression.

Examples:
  actbench surrogate upload mini-cnn predictions.csv --name "boosted trees 3"
  my-regressor | actbench surrogate upload mini-cnn - --name mine`

/** Adds `actbench surrogate upload`, which stores the predictions of another program. */
export function addSurrogateCommand(program: Command): void {
  const command = program
    .command('surrogate')
    .description('predictions of your own')
    .command('upload <dataset> <file>')
    .description("store predictions of your own surrogate as a version of a dataset's; - reads standard input")
    .option('--name <name>', 'of the surrogate, for people (default: that of the file)')
    .addHelpText('after', HELP)
  addJsonOption(command)
  asksService(command).action((dataset: string, file: string, options: UploadOptions) =>
    upload(command, dataset, file, options),
  )
}

async function upload(command: Command, dataset: string, path: string, options: UploadOptions): Promise<void> {
  const name =
    options.name ?? (path === '-' ? undefined : basename(path).replace(/(\.(csv|tsv|jsonl|json|ndjson|gz))+$/, ''))
  if (!name) throw new UsageError('name: expected --name for standard input, got none')
  const file = readPacked(path)
  // The same file again within a day is the same upload, also after a lost answer.
  const idempotencyKey = createHash('sha256')
    .update(JSON.stringify([dataset, name, file]))
    .digest('hex')
  const { send } = await openService(command)
  const { data } = await ask(send, 'UploadSurrogate', { input: { dataset, name, file, idempotencyKey } })
  const { surrogate } = data.uploadSurrogate as { surrogate: UploadedSurrogate }
  printResult({ dataset, ...surrogate }, describe(dataset, surrogate), options)
}

/** The file as gzip in base64. */
function readPacked(path: string): string {
  const bytes = readBytes(path)
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  return (isPacked ? bytes : gzipSync(bytes)).toString('base64')
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path)
  } catch (error) {
    throw new UsageError(`file: expected a file that can be read, got ${path} (${(error as Error).message})`)
  }
}

function describe(dataset: string, { id, version, name, candidates, quality }: UploadedSurrogate): string {
  const head = `${dataset}: ${name} is version ${version}, with ${candidates} predictions; its id is ${id}\n`
  if (quality.functions === 0) return `${head}none of its functions is measured yet\n`
  const { functions, spearman, kendall, meanAbsoluteError, intervalCoverage } = quality
  const values = [
    `Spearman ${formatNumber(spearman)}`,
    `Kendall ${formatNumber(kendall)}`,
    `mean absolute error ${formatNumber(meanAbsoluteError)}`,
    `90% intervals cover ${formatNumber(intervalCoverage)}`,
  ]
  return `${head}of ${functions} functions that were measured before: ${values.join(', ')}\n`
}
