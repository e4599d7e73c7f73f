import { availableParallelism } from 'node:os'
import process from 'node:process'
import { type Command, Option } from 'commander'
import type { BulkItem } from '../../bulk/bulk-item.js'
import type { Choice } from '../../bulk/choose-expressions.js'
import { readConfig } from '../../config.js'
import { onStopSignals } from '../../start/on-stop-signals.js'
import { UsageError } from '../exit-status.js'
import { wholeNumber, wholeNumbers } from '../options.js'
import type { QueuedKind } from './queue-bulk.js'

interface ChoiceOptions {
  readonly all?: boolean
  readonly literature?: boolean
  readonly sample?: number
  readonly sampleSeed: number
  readonly list?: string
  readonly bestOf?: string
  readonly best: number
}

interface BulkOptions extends ChoiceOptions {
  readonly output?: string
  readonly processes?: number
  readonly cancel?: boolean
}

/** The work of a command for each function: as a task of the queue, or in processes of the command. */
interface Work {
  createQueued(): Promise<QueuedKind>
  toItems(expressions: readonly string[]): BulkItem[]
}

/** Adds `actbench train`: resumable bulk training by the workers of the service or by processes of the command. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train <dataset>')
    .description('train many functions; an interrupted command is simply repeated')
    .addOption(new Option('--seed <seeds>', 'such as 0 or 0,1,2').argParser(wholeNumbers).default([0], '0'))
  addBulkOptions(command).action((dataset: string, options: BulkOptions & { seed: number[] }) =>
    runBulk(dataset, options, {
      createQueued: async () => (await import('./queue-bulk.js')).createQueuedTrainings(options.seed),
      toItems: (expressions) =>
        options.seed.flatMap((seed) => expressions.map((expression) => ({ kind: 'TRAIN', dataset, expression, seed }))),
    }),
  )
}

/** Adds `actbench spectra`, which computes the Fisher spectra of many functions in the same way. */
export function addSpectraCommand(program: Command): void {
  const command = program
    .command('spectra <dataset>')
    .description('compute the Fisher spectra of many functions; an interrupted command is simply repeated')
  addBulkOptions(command).action((dataset: string, options: BulkOptions) =>
    runBulk(dataset, options, {
      createQueued: async () => (await import('./queue-bulk.js')).createQueuedSpectra(),
      toItems: (expressions) => expressions.map((expression) => ({ kind: 'SPECTRUM', dataset, expression })),
    }),
  )
}

const BOTH_WAYS = `
Without --output the work goes into the queue of the running service: its workers do it, after all that clients ask for,
the database has the results, and nothing is done twice. The command follows it; Ctrl-C leaves it in the queue.
With --output no service is needed: processes of the command do it and append the results to the file.`

function addBulkOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--all', 'every finite function of the Act-Bench space').conflicts(['sample', 'list', 'literature']),
    )
    .addOption(
      new Option('--literature', 'the functions of the literature outside of the Act-Bench space').conflicts([
        'sample',
        'list',
      ]),
    )
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
      ).conflicts(['all', 'list', 'literature']),
    )
    .addOption(new Option('--best <count>', 'how many of these').argParser(wholeNumber(1, 1_000_000)).default(200))
    .option('--list <file>', 'one expression a line')
    .option('--output <file>', 'do it here; a line of JSON is appended for each')
    .addOption(
      new Option('--processes <count>', 'with --output: at the same time (default: one a core)').argParser(
        wholeNumber(1, 1024),
      ),
    )
    .addOption(
      new Option('--cancel', 'withdraw what an earlier command queued and no worker has begun').conflicts([
        'all',
        'sample',
        'list',
        'literature',
        'output',
      ]),
    )
    .addHelpText('after', BOTH_WAYS)
}

async function runBulk(dataset: string, options: BulkOptions, work: Work): Promise<void> {
  const { output, processes, cancel } = options
  if (cancel) return (await import('./queue-bulk.js')).withdrawWork(dataset, await work.createQueued())
  const choice = toChoice(options)
  if (output === undefined && processes !== undefined) {
    throw new UsageError(
      '--processes goes with --output: how much runs at once in the queue is a matter of its workers',
    )
  }
  const { chooseExpressions } = await import('../../bulk/choose-expressions.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(130),
  )
  if (output === undefined) {
    const { queueAndFollow } = await import('./queue-bulk.js')
    return queueAndFollow(dataset, await work.createQueued(), () => chooseExpressions(choice), stop.signal)
  }
  const { openTerminalLine } = await import('../../progress/terminal-line.js')
  const { bulkToFile } = await import('../../bulk/bulk-to-file.js')
  const { getLocalDataset } = await import('../../task-folders/open-own-dataset.js')
  const { backend, dataFolder, tasksFolder } = readConfig()
  const failed = await bulkToFile({
    dataset,
    version: getLocalDataset(dataset, { dataFolder, tasksFolder, named: [] }).version,
    items: work.toItems(chooseExpressions(choice)),
    output,
    processes: processes ?? availableParallelism(),
    backend,
    signal: stop.signal,
    show: openTerminalLine(process.stderr),
  })
  process.exitCode = stop.signal.aborted ? 130 : failed > 0 ? 1 : 0
}

function toChoice({ all, literature, sample, sampleSeed, list, bestOf, best }: ChoiceOptions): Choice {
  if (list !== undefined) return { kind: 'LIST', file: list }
  if (sample !== undefined) {
    const file = bestOf === undefined ? {} : { best: { file: bestOf, count: best } }
    return { kind: 'SAMPLE', count: sample, seed: sampleSeed, ...file }
  }
  if (all) return { kind: 'SPACE' }
  if (literature) return { kind: 'LITERATURE' }
  throw new UsageError('which functions? expected --all, --sample <count>, --literature or --list <file>')
}
