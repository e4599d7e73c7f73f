import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { SearchAlgorithm } from '../db/generated/enums.js'
import type { SimulatedRun, SimulationPlan } from '../simulation/simulate-dataset.js'
import { describeValueChoice, readValueChoice, type ValueChoice } from '../simulation/simulated-values.js'
import type { TabularDataset } from '../simulation/tabular-dataset.js'
import { onStopSignals } from '../start/on-stop-signals.js'
import { wholeNumber, wholeNumbers } from './options.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'
import { addSearchRunCommand } from './remote/search-run.js'

interface SimulateOptions extends OutputOptions {
  readonly source: 'seed' | 'database'
  readonly seed: number[]
  readonly workers: number
  readonly share: number
  readonly budget: number
  readonly algorithm?: SearchAlgorithm[]
  readonly value: ValueChoice
  readonly transfer: boolean
  readonly twins: boolean
  readonly output?: string
}

/** Version of the file of runs. Files of other versions are not continued. */
const FORM = 6

/** In the order in which they are simulated and shown. */
const ALGORITHMS = [...new Set<SearchAlgorithm>(['RANDOM', 'REGULARIZED_EVOLUTION', ...Object.values(SearchAlgorithm)])]

/**
 * Adds `actbench search run`, which searches with the program `own`, and `actbench search simulate`, which compares search
 * methods on existing evaluations.
 */
export function addSearchCommand(program: Command, own: readonly string[]): void {
  const search = program.command('search').description('search with a program of yours, and compare search methods')
  addSearchRunCommand(search, own)
  const command = search
    .command('simulate <dataset>')
    .description('replay searches on a dataset, without training; repeat an interrupted command to continue it')
    .addOption(
      new Option('--source <source>', 'the files that ship with the product, or the database')
        .choices(['seed', 'database'])
        .default('seed'),
    )
    .addOption(
      new Option('--seed <seeds>', 'such as 0-19 or 0,1,2')
        .argParser(wholeNumbers)
        .default(wholeNumbers('0-19'), '0-19'),
    )
    .addOption(new Option('--workers <count>', 'at the same time').argParser(wholeNumber(1, 1000)).default(1))
    .addOption(
      new Option('--share <share>', 'of the functions, drawn by each seed, that its searches go through')
        .argParser(readShare)
        .default(0.8),
    )
    .addOption(
      new Option('--budget <count>', 'evaluations of a search')
        .argParser(wholeNumber(1, 1_000_000))
        .default(1_000_000, 'all functions'),
    )
    .addOption(
      new Option('--algorithm <algorithms>', 'such as RANDOM,SURROGATE')
        .argParser(readAlgorithms)
        .default(undefined, 'all'),
    )
    .addOption(
      new Option(
        '--value <value>',
        'that a search sees of a function: median, mean, best, random (one of its runs) or seed=N',
      )
        .argParser(readValue)
        .default('median'),
    )
    .option('--transfer', 'learn from the datasets of the same task (or all) that measured 300 of the functions', false)
    .option('--no-transfer', 'learn only from the searched dataset (default)')
    .option('--no-twins', 'keep one of the functions a f + b (a > 0), which networks that normalise train alike')
    .option('--output <path>', 'without extension: .json and .svg are written (default: simulate-<dataset>)')
  addJsonOption(command).action(simulate)
}

async function simulate(name: string, options: SimulateOptions): Promise<void> {
  const { hasCurves, simulateDataset } = await import('../simulation/simulate-dataset.js')
  const { fingerprintDataset } = await import('../simulation/tabular-dataset.js')
  const { drawRuns, formatSummaries, summariseRuns } = await import('../simulation/simulation-report.js')
  const { openTerminalLine } = await import('../progress/terminal-line.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(130),
  )
  const { dataset, transferFrom } = await loadTables(name, options)
  const { seed: seeds, workers, share, budget, value, output = `simulate-${name}` } = options
  const algorithms = options.algorithm ?? ALGORITHMS.filter((each) => each !== 'ASHA' || hasCurves(dataset))
  const plan: SimulationPlan = { algorithms, seeds, workers, share, budget, value, transferFrom }
  const file = `${output}.json`
  const others = transferFrom.map((other) => `${other.name} ${fingerprintDataset(other)}`)
  const data = fingerprintDataset(dataset, { withRuns: value !== 'median' })
  const settings = { form: FORM, dataset: name, data, others, workers, share, budget, value }
  const runs = readRuns(file, settings)
  const wanted = seeds.length * algorithms.length
  const isWanted = (run: SimulatedRun) => seeds.includes(run.seed) && algorithms.includes(run.algorithm)
  const isKnown = (algorithm: SearchAlgorithm, seed: number) =>
    runs.some((run) => run.algorithm === algorithm && run.seed === seed)
  const show = openTerminalLine(process.stderr)
  const count = () => runs.filter(isWanted).length
  show(`${dataset.measured.length} measured functions, ${count()} of ${wanted} searches done`, true)
  try {
    for await (const run of simulateDataset(dataset, plan, isKnown, { signal: stop.signal })) {
      runs.push(run)
      writeWhole(file, `${JSON.stringify({ ...settings, runs })}\n`)
      show(`${count()} of ${wanted} searches done: ${run.algorithm}, seed ${run.seed}`, count() === wanted)
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.stderr.write(`\nstopped; ${file} keeps the ${count()} searches that are done\n`)
    process.exitCode = 130
    return
  }
  const own = algorithms.flatMap((algorithm) => runs.filter((run) => isWanted(run) && run.algorithm === algorithm))
  const seen = describeValues(value, own)
  writeWhole(`${output}.svg`, drawRuns(`${name}: ${own[0]?.functions ?? 0} functions, ${seen}`, own))
  const summaries = summariseRuns(own)
  printResult(summaries, formatSummaries(summaries), options)
  process.stderr.write(`values: ${seen}\n${file} and ${output}.svg are written\n`)
}

/** What the searches saw, and of how many functions they saw something else. */
function describeValues(value: ValueChoice, runs: readonly SimulatedRun[]): string {
  const kind = describeValueChoice(value)
  const counts = runs.map(({ withoutRun }) => withoutRun)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (runs.length === 0 || most === 0) return kind
  return `${kind} (medians of ${least === most ? most : `${least} to ${most}`} without one)`
}

/** The dataset, and the others to learn from. */
async function loadTables(name: string, { source, transfer, twins }: SimulateOptions) {
  const { removeTwins } = await import('../simulation/remove-twins.js')
  const tables = await import('../simulation/load-tabular-dataset.js')
  const from = async (
    load: () => TabularDataset | Promise<TabularDataset>,
    loadOthers: (dataset: TabularDataset) => TabularDataset[] | Promise<TabularDataset[]>,
  ) => {
    const loaded = await load()
    const dataset = twins ? loaded : removeTwins(loaded)
    return { dataset, transferFrom: transfer ? await loadOthers(dataset) : [] }
  }
  if (source === 'seed') return from(() => tables.loadSeedTable(name), tables.loadSeedOthers)
  const { withDatabase } = await import('./with-database.js')
  return withDatabase((database) =>
    from(
      () => tables.loadStoredTable(database, name),
      (dataset) => tables.loadStoredOthers(database, dataset),
    ),
  )
}

/** The runs of an earlier command with the same data and settings. Throws if the file has other content. */
function readRuns(file: string, settings: Record<string, unknown>): SimulatedRun[] {
  if (!existsSync(file)) return []
  try {
    const { runs, ...before } = JSON.parse(readFileSync(file, 'utf8'))
    if (JSON.stringify(before) === JSON.stringify(settings) && Array.isArray(runs)) return runs
  } catch {
    // The error below describes it.
  }
  throw new Error(
    `${file} holds something else than searches of these data and settings: remove it, or name another --output`,
  )
}

/** Replaces the file at once: a reader never sees half of it. */
function writeWhole(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, content)
  renameSync(`${file}.part`, file)
}

function readAlgorithms(text: string): SearchAlgorithm[] {
  return text.split(',').map((part) => {
    const found = ALGORITHMS.find((algorithm) => algorithm === part.trim().toUpperCase())
    if (!found) throw new InvalidArgumentError(`expected some of ${ALGORITHMS.join(', ')}`)
    return found
  })
}

function readValue(text: string): ValueChoice {
  const choice = readValueChoice(text)
  if (choice === null) throw new InvalidArgumentError('expected median, mean, best, random or seed=N, such as seed=1')
  return choice
}

function readShare(text: string): number {
  const share = Number(text)
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('expected a number above 0, at most 1')
  return share
}
