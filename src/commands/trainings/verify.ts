import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type Command, Option } from 'commander'
import type { Verification, VerifiedRun } from '../../bulk/verify-runs.js'
import { readConfig } from '../../config.js'
import type { RunLine } from '../../datasets/shipped/run-line.js'
import { PROJECT_ROOT } from '../../root.js'
import { onStopSignals } from '../../start/on-stop-signals.js'
import { EXIT_STATUS, UsageError } from '../exit-status.js'
import { realNumber, wholeNumber } from '../options.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'

interface VerifyFlags extends OutputOptions {
  readonly sample: number
  readonly seed: number
  readonly runs?: string
  readonly database?: boolean
  readonly store: boolean
  readonly processes?: number
  readonly tolerance?: number
}

const HELP = `
Without --runs, the runs are those that ship with the dataset. No service is needed. --database takes the runs that the
database of this machine has, also of a task of your own.
The result is stored in the database of this machine, if it has the dataset: Dataset.verifications and the page of the
dataset show it. A result for --runs is not stored.
On the backend of the runs every metric and every epoch must be equal to the last bit. On another backend the validation
accuracy may differ by the tolerance; ACTBENCH_BACKEND chooses the backend.
Exit status: 0 if all runs were repeated, 1 if one differs or failed.`

/** Adds `actbench verify`, which trains stored runs again and compares them. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify <dataset>')
    .description('train some of the shipped runs again and compare every number')
    .addOption(new Option('--sample <count>', 'functions').argParser(wholeNumber(1, 1_000_000)).default(20))
    .addOption(new Option('--seed <seed>', 'draws the functions').argParser(wholeNumber(0, 2 ** 31)).default(1))
    .option('--runs <file>', 'of `train --output` or `export --format runs.jsonl`, instead of the shipped runs')
    .option('--database', 'the runs that the database of this machine has, instead of the shipped runs')
    .option('--no-store', 'do not store the result')
    .addOption(
      new Option('--processes <count>', 'at the same time (default: one a core)').argParser(wholeNumber(1, 1024)),
    )
    .addOption(
      new Option(
        '--tolerance <number>',
        'on another backend (default: three standard deviations of the difference between two seeds)',
      ).argParser(realNumber(0, 1)),
    )
    .addHelpText('after', HELP)
  addJsonOption(command).action((dataset: string, flags: VerifyFlags) => verify(program, dataset, flags))
}

async function verify(program: Command, dataset: string, flags: VerifyFlags): Promise<void> {
  const { verifyRuns } = await import('../../bulk/verify-runs.js')
  const { openTerminalLine } = await import('../../progress/terminal-line.js')
  const { sample, seed, processes, tolerance } = flags
  if (flags.database && flags.runs !== undefined)
    throw new UsageError('verify: expected --runs or --database, got both')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(EXIT_STATUS.interrupted),
  )
  const { getLocalDataset } = await import('../../task-folders/open-own-dataset.js')
  const { backend, dataFolder, tasksFolder } = readConfig()
  const { version } = getLocalDataset(dataset, { dataFolder, tasksFolder, named: [] })
  const verification = await verifyRuns({
    ...{ dataset, version, sample, seed, tolerance, backend },
    runs: await readRuns(dataset, flags),
    processes: processes ?? availableParallelism(),
    signal: stop.signal,
    show: openTerminalLine(process.stderr),
  })
  const { verified } = verification
  const repeated = verified.filter(({ outcome }) => outcome === 'IDENTICAL' || outcome === 'CLOSE').length
  const about = { dataset, version, seed }
  printResult(toJson(about, verification), formatText(about, verification), flags)
  if (flags.store && flags.runs === undefined && !stop.signal.aborted) {
    const { keepVerification } = await import('./keep-verification.js')
    await keepVerification(about, verification, String(program.version()))
  }
  if (stop.signal.aborted) process.exitCode = EXIT_STATUS.interrupted
  else process.exitCode = repeated === verified.length ? EXIT_STATUS.done : EXIT_STATUS.failed
}

async function readRuns(dataset: string, { runs, database }: VerifyFlags): Promise<RunLine[]> {
  const { readRunFile, readRunText, readShippedRuns } = await import('../../bulk/stored-runs.js')
  if (runs !== undefined) return readRunFile(runs, dataset)
  if (!database) return readShippedRuns(join(PROJECT_ROOT, 'seed'), dataset)
  const { readStoredRuns } = await import('./keep-verification.js')
  return readRunText(await readStoredRuns(dataset), `the runs of ${dataset}`, dataset)
}

interface About {
  readonly dataset: string
  readonly version: string
  readonly seed: number
}

function toJson(about: About, { tolerance, verified }: Verification): object {
  return {
    ...{ ...about, tolerance },
    runs: verified.map(({ run, again, failure, outcome, differences }) => ({
      ...{ expression: run.expression, seed: run.seed, outcome, differences, failure },
      stored: { validationAccuracy: run.validationAccuracy, backend: run.backend, device: run.device },
      again: again && {
        validationAccuracy: again.validationAccuracy,
        ...{ backend: again.backend, device: again.device, softwareVersion: again.softwareVersion },
      },
    })),
  }
}

function formatText({ dataset, version, seed }: About, { tolerance, verified }: Verification): string {
  const count = (outcome: VerifiedRun['outcome']) => verified.filter((each) => each.outcome === outcome).length
  const machine = verified.find(({ again }) => again)?.again
  const parts = [
    `${count('IDENTICAL')} of ${verified.length} identical to the last bit`,
    ...(count('CLOSE') > 0 ? [`${count('CLOSE')} within ${tolerance.toFixed(4)} on another backend`] : []),
    ...(count('DIFFERENT') > 0 ? [`${count('DIFFERENT')} different`] : []),
    ...(count('FAILED') > 0 ? [`${count('FAILED')} failed`] : []),
  ]
  const where = machine ? `, again on ${machine.backend}, ${machine.device}` : ''
  return [
    `${dataset} version ${version}, functions drawn with seed ${seed}${where}`,
    'stored  again   seed  outcome    function',
    ...verified.map(formatRow),
    `${parts.join(', ')}`,
    '',
  ].join('\n')
}

function formatRow({ run, again, failure, outcome, differences }: VerifiedRun): string {
  const accuracy = (value: number | null | undefined) => (value ?? Number.NaN).toFixed(4).padEnd(7)
  const cells = [accuracy(run.validationAccuracy), accuracy(again?.validationAccuracy), String(run.seed).padEnd(5)]
  const why = failure ?? (differences.length > 0 ? `differs in ${differences.join(', ')}` : '')
  return `${[...cells, outcome.toLowerCase().padEnd(10), run.expression].join(' ')}${why === '' ? '' : `  (${why})`}`
}
