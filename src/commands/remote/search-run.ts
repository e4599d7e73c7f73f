import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { CODE_TARGETS } from '../../activations/code/code-target.js'
import { type SendToApi, toFound } from '../../api-client/api.js'
import { SearchAlgorithm } from '../../db/generated/enums.js'
import { WHOLE_TRAINING_EPOCHS } from '../../limits.js'
import type { Metrics } from '../../metrics.js'
import { onStopSignals } from '../../start/on-stop-signals.js'
import { EXIT_STATUS, UsageError } from '../exit-status.js'
import { realNumber, wholeNumber } from '../options.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { asksService, openService, type RemoteService } from '../remote-options.js'
import { formatNumber } from './evaluation-rows.js'

interface SearchRunOptions extends OutputOptions {
  readonly strategy?: string
  readonly evaluations?: number
  readonly workers: number
  readonly name?: string
  readonly file?: string
  readonly seed?: number
  readonly surrogate?: string
  readonly epochs?: number
  readonly code: string[]
  readonly normalizedFor?: string
  readonly lease: number
  readonly timeout?: number
  readonly mostFailures: number
  readonly top: number
}

const STRATEGIES = new Map(
  Object.values(SearchAlgorithm).map((name) => [name.toLowerCase().replaceAll('_', '-'), name]),
)
const TARGETS = new Map(CODE_TARGETS.map((name) => [name.toLowerCase().replaceAll('_', '-'), name]))
/** A result waits for a service that is away, at most for this time. */
const PATIENCE_SECONDS = 3600

const HELP = `
The program gets the function in ACTBENCH_SUGGESTION_EXPRESSION, its code in the file ACTBENCH_SUGGESTION_CODE, a seed in
ACTBENCH_SUGGESTION_SEED, and all of it as JSON on standard input. It prints its validation accuracy, or a JSON object of
metrics, as its last line, or writes it into the file ACTBENCH_SUGGESTION_RESULT. Any other exit status than 0 is a failure.

Repeat the command to continue after Ctrl-C, a kill or a power cut. docs/command-line.md says more.

Examples:
  actbench search run mini-cnn --evaluations 50 -- python train.py
  actbench search run mini-cnn --name wide --strategy random --workers 4 -- ./train.sh --width 64`

/** Adds `actbench search run`, which runs a program for each suggestion. `command` has the words behind `--`. */
export function addSearchRunCommand(search: Command, command: readonly string[]): void {
  const run = search
    .command('run <dataset>')
    .usage('[options] <dataset> -- <command> [arguments]')
    .description('search for better functions with a program of yours, or continue a search')
    .addOption(
      new Option('--strategy <strategy>', 'chooses the functions (default: the one of the service)').choices([
        ...STRATEGIES.keys(),
      ]),
    )
    .addOption(
      new Option('--evaluations <count>', 'in all (default: 100); more than before extends a search').argParser(
        wholeNumber(1, 10_000),
      ),
    )
    .addOption(new Option('--workers <count>', 'programs at the same time').argParser(wholeNumber(1, 1000)).default(1))
    .option('--name <name>', 'of the search, for several searches in one folder (default: the dataset)')
    .option(
      '--file <file>',
      'that remembers the search (default: NAME.search); NAME.search.work next to it has all files',
    )
    .addOption(
      new Option('--seed <seed>', 'makes the order of suggestions repeatable').argParser(wholeNumber(0, 2 ** 31 - 1)),
    )
    .option('--surrogate <id>', 'your uploaded surrogate predicts; `actbench surrogate upload` printed its id')
    .addOption(
      new Option('--epochs <count>', 'of a whole training, for asha (default: those of the recipe)').argParser(
        wholeNumber(WHOLE_TRAINING_EPOCHS.least, WHOLE_TRAINING_EPOCHS.most),
      ),
    )
    .addOption(
      new Option('--code <targets...>', 'frameworks to write the function for')
        .choices([...TARGETS.keys()])
        .default(['pytorch']),
    )
    .option('--normalized-for <dataset>', 'normalise the code as networks of this dataset do, such as mini-cnn')
    .addOption(
      new Option('--lease <seconds>', 'after a kill, others get the function after this time')
        .argParser(wholeNumber(3, 604_800))
        .default(120),
    )
    .addOption(
      new Option('--timeout <seconds>', 'a program that takes longer has failed').argParser(realNumber(0.1, 1e9)),
    )
    .addOption(
      new Option('--most-failures <count>', 'failures in a row that end the command')
        .argParser(wholeNumber(1, 1_000_000))
        .default(10),
    )
    .addOption(
      new Option('--top <count>', 'best functions to print at the end').argParser(wholeNumber(0, 10_000)).default(10),
    )
    .addHelpText('after', HELP)
  asksService(addJsonOption(run)).action((dataset: string, options: SearchRunOptions) =>
    searchWith(run, dataset, command, options),
  )
}

async function searchWith(
  own: Command,
  dataset: string,
  command: readonly string[],
  options: SearchRunOptions,
): Promise<void> {
  requireProgram(command)
  const { openSearch } = await import('../../search-runs/search-file.js')
  const { takeSlots } = await import('../../search-runs/worker-slot.js')
  const { runSearch } = await import('../../search-runs/run-search.js')
  const service = await openService(own, { patienceSeconds: PATIENCE_SECONDS })
  const stop = new AbortController()
  const status = stopOnSignals(stop)
  const { strategy, evaluations, seed, name, workers, code, surrogate, epochs } = options
  const file = options.file ?? `${name ?? dataset}.search`
  const algorithm = strategy === undefined ? undefined : STRATEGIES.get(strategy)
  const settings = { dataset, algorithm, budget: evaluations, seed, name, surrogate, epochs }
  const search = await openSearch(service.send, file, settings)
  const folder = resolve(`${file}.work`)
  say(`${file}: ${search.algorithm} in ${dataset}, ${describe(search)}; files are in ${folder}`)
  const ended = await runSearch({
    ...{ send: service.send, search, command, folder, workers, signal: stop.signal },
    slots: takeSlots(folder, workers),
    targets: code.map((each) => TARGETS.get(each) as string),
    normalizedFor: options.normalizedFor,
    leaseSeconds: options.lease,
    timeoutSeconds: options.timeout,
    mostFailures: options.mostFailures,
    onReport: (expression, report, now) => say(`${describeReport(report)}  ${expression}  (${describe(now)})`),
    onWait: (reason) => say(`waiting: ${reason}`),
    onLost: (expression, reason) => say(`${expression}: not counted: ${reason}`),
  })
  if (stop.signal.aborted) {
    say(`stopped: ${describe(ended)}; repeat the command to continue`)
    process.exitCode = status()
    return
  }
  await printBest(service, ended, options)
}

/** Fails before a search is created, rather than with its first function. */
function requireProgram(command: readonly string[]): void {
  const [file] = command
  if (file === undefined) throw new UsageError('command: expected a program after --, as in `-- python train.py`')
  if (process.platform === 'win32') return
  const folders = file.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter)
  if (folders.some((folder) => isExecutable(file.includes('/') ? file : join(folder, file)))) return
  throw new UsageError(`command: expected a program that can be started, got ${file}`)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Returns a function that tells the exit status after a signal. */
function stopOnSignals(stop: AbortController): () => number {
  let status: number = EXIT_STATUS.interrupted
  process.once('SIGTERM', () => {
    status = EXIT_STATUS.terminated
  })
  const begin = () => {
    if (!stop.signal.aborted) say('stopping: programs are ended and their functions given back')
    stop.abort()
  }
  // A terminal that closes would leave the programs, which are in groups of their own.
  process.on('SIGHUP', begin)
  onStopSignals(
    begin,
    // The next command ends programs that are left.
    () => process.exit(status),
  )
  return () => status
}

type Search = import('../../search-runs/documents.js').SearchStatus

function describe({ completed, budget, failed, best, state, endReason }: Search): string {
  return [
    `${completed} of ${budget} evaluated`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(best ? [`best ${formatNumber(best.validationAccuracy)} ${best.expression}`] : []),
    ...(state === 'ACTIVE' ? [] : [endReason ?? state]),
  ].join(', ')
}

function describeReport({ failure, validationAccuracy }: Readonly<Record<string, unknown>>): string {
  if (typeof failure !== 'string') return formatNumber(validationAccuracy as number)
  // The last line of a stack of Python is its error.
  return `failed (${failure.split('\n').at(-1)?.slice(0, 200)})`
}

function say(line: string): void {
  process.stderr.write(`actbench: ${line}\n`)
}

type Completed = Metrics & { readonly expression: string }

async function printBest({ send }: RemoteService, search: Search, options: SearchRunOptions): Promise<void> {
  const completed = await readCompleted(send, search.id)
  const best = completed.sort((a, b) => (b.validationAccuracy ?? 0) - (a.validationAccuracy ?? 0)).slice(0, options.top)
  const lines = best.map((each) => `${formatNumber(each.validationAccuracy)}  ${each.expression}\n`)
  printResult({ search, best }, lines.join(''), options)
  say(describe(search))
  if (completed.length === 0) process.exitCode = EXIT_STATUS.failed
}

async function readCompleted(send: SendToApi, id: string): Promise<Completed[]> {
  const { COMPLETED } = await import('../../search-runs/documents.js')
  const completed: Completed[] = []
  for (let after: string | null = null; ; ) {
    const { data } = toFound(await send({ query: COMPLETED, variables: { id, after } }))
    const { nodes, pageInfo } = (data.search as { suggestions: CompletedPage }).suggestions
    completed.push(...nodes)
    if (!pageInfo.hasNextPage) return completed
    after = pageInfo.endCursor
  }
}

interface CompletedPage {
  readonly nodes: readonly Completed[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
