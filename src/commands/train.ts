import { availableParallelism } from 'node:os'
import process from 'node:process'
import { type Command, Option } from 'commander'
import type { BulkItem } from '../bulk/bulk-item.js'
import type { Choice } from '../bulk/choose-expressions.js'
import { readConfig } from '../config.js'
import { onStopSignals } from '../start/on-stop-signals.js'
import { wholeNumber, wholeNumbers } from './options.js'

interface ChoiceOptions {
  readonly all?: boolean
  readonly sample?: number
  readonly sampleSeed: number
  readonly list?: string
  readonly bestOf?: string
  readonly best: number
}

interface BulkOptions extends ChoiceOptions {
  readonly processes: number
  readonly output: string
}

/** Adds `actbench train`: bulk training, resumable, one process a core. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train <dataset>')
    .description('train many functions; an interrupted command is simply repeated')
    .addOption(new Option('--seed <seeds>', 'such as 0 or 0,1,2').argParser(wholeNumbers).default([0], '0'))
  addBulkOptions(command).action((dataset: string, options: BulkOptions & { seed: number[] }) =>
    runBulk(dataset, options, (expressions) =>
      options.seed.flatMap((seed) => expressions.map((expression) => ({ kind: 'TRAIN', dataset, expression, seed }))),
    ),
  )
}

/** Adds `actbench spectra`: Fisher spectra of many functions, in the same way. */
export function addSpectraCommand(program: Command): void {
  const command = program
    .command('spectra <dataset>')
    .description('compute the Fisher spectra of many functions; an interrupted command is simply repeated')
  addBulkOptions(command).action((dataset: string, options: BulkOptions) =>
    runBulk(dataset, options, (expressions) =>
      expressions.map((expression) => ({ kind: 'SPECTRUM', dataset, expression })),
    ),
  )
}

function addBulkOptions(command: Command): Command {
  return command
    .addOption(new Option('--all', 'every finite function of the Act-Bench space').conflicts(['sample', 'list']))
    .addOption(
      new Option('--sample <count>', 'the baselines, then functions of the Act-Bench space at random')
        .argParser(wholeNumber(1, 1_000_000))
        .conflicts('list'),
    )
    .addOption(new Option('--sample-seed <seed>', 'of the random order').argParser(wholeNumber(0, 2 ** 31)).default(0))
    .addOption(
      new Option(
        '--best-of <file>',
        'with --sample: after the baselines, the best of these runs of another dataset',
      ).conflicts(['all', 'list']),
    )
    .addOption(new Option('--best <count>', 'how many of these').argParser(wholeNumber(1, 1_000_000)).default(200))
    .option('--list <file>', 'one expression a line')
    .addOption(
      new Option('--processes <count>', 'at the same time')
        .argParser(wholeNumber(1, 1024))
        .default(availableParallelism()),
    )
    .requiredOption('--output <file>', 'a line of JSON is appended for each')
}

async function runBulk(
  dataset: string,
  options: BulkOptions,
  toItems: (expressions: readonly string[]) => BulkItem[],
): Promise<void> {
  const choice = toChoice(options)
  const { chooseExpressions } = await import('../bulk/choose-expressions.js')
  const { openTerminalLine } = await import('../bulk/terminal-line.js')
  const { bulkToFile } = await import('../bulk/bulk-to-file.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(130),
  )
  const failed = await bulkToFile({
    dataset,
    items: toItems(chooseExpressions(choice)),
    output: options.output,
    processes: options.processes,
    backend: readConfig().backend,
    signal: stop.signal,
    show: openTerminalLine(process.stderr),
  })
  process.exitCode = stop.signal.aborted ? 130 : failed > 0 ? 1 : 0
}

function toChoice({ all, sample, sampleSeed, list, bestOf, best }: ChoiceOptions): Choice {
  if (list !== undefined) return { kind: 'LIST', file: list }
  if (sample !== undefined) {
    const file = bestOf === undefined ? {} : { best: { file: bestOf, count: best } }
    return { kind: 'SAMPLE', count: sample, seed: sampleSeed, ...file }
  }
  if (all) return { kind: 'SPACE' }
  throw new Error('which functions? expected --all, --sample <count> or --list <file>')
}
