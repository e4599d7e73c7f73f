import process from 'node:process'
import { Readable } from 'node:stream'
import { type Command, Option } from 'commander'
import { ask, type SendToApi } from '../../api-client/api.js'
import { METRICS_BY_NAME, type NamedMetric } from '../../api-client/metric-names.js'
import { UsageError } from '../exit-status.js'
import { wholeNumber } from '../options.js'
import { addJsonOption, type OutputOptions } from '../print-result.js'
import { asksService, openService } from '../remote-options.js'
import { addCondition, type EvaluationFilter, FILTER_FORMS } from './evaluation-filter.js'
import { COLUMNS, type EvaluationNode, toRow, toTable } from './evaluation-rows.js'

interface EvaluationsOptions extends OutputOptions {
  readonly metric: string
  readonly top?: number
  readonly filter?: EvaluationFilter
  readonly csv?: boolean
}

const PAGE = 200
const HELP = `
Conditions of --filter, which may be repeated:
${FILTER_FORMS.map((form) => `  ${form}`).join('\n')}

Examples:
  actbench evaluations mini-cnn --top 10
  actbench evaluations mini-cnn --metric test-loss --filter "runs>=2" --filter not-monotone
  actbench evaluations mini-cnn --csv > mini-cnn.csv
  actbench evaluations mini-cnn --json | jq -r 'select(.rankBest == 1).expression'`

/** Adds `actbench evaluations`, which lists the results of a dataset, best first. */
export function addEvaluationsCommand(program: Command): void {
  const command = program
    .command('evaluations <dataset>')
    .description('list the functions of a dataset with their results, best first')
    .addOption(
      new Option('--metric <metric>', 'to rank by').choices([...METRICS_BY_NAME.keys()]).default('validation-accuracy'),
    )
    .addOption(new Option('--top <count>', 'number of functions (default: all)').argParser(wholeNumber(1, 10_000_000)))
    .addOption(new Option('--filter <condition>', 'only functions that match').argParser(addCondition))
    .option('--csv', 'print comma-separated values')
    .addHelpText('after', HELP)
  addJsonOption(command, 'print one JSON object for each function, each on a line')
  asksService(command).action((dataset: string, options: EvaluationsOptions) => list(command, dataset, options))
}

async function list(command: Command, dataset: string, options: EvaluationsOptions): Promise<void> {
  if (options.csv && options.json) throw new UsageError('csv: expected --csv or --json, got both')
  const { metric, property } = METRICS_BY_NAME.get(options.metric) as NamedMetric
  const { send } = await openService(command)
  const nodes = await openAll(
    send,
    { dataset, metric, filter: options.filter },
    options.top ?? Number.POSITIVE_INFINITY,
  )
  const { writeCsv, writeJsonLines } = await import('../../datasets/writing/write-table.js')
  const lines = options.csv
    ? writeCsv(COLUMNS, toRows(nodes))
    : options.json
      ? writeJsonLines(COLUMNS, toRows(nodes))
      : toTable(nodes, options.metric, property)
  // Waits for a slow reader. If the reader has ended, the process ends with it.
  for await (const text of Readable.from(lines)) {
    if (!process.stdout.write(text)) await new Promise((done) => process.stdout.once('drain', done))
  }
}

async function* toRows(nodes: AsyncIterable<EvaluationNode>) {
  for await (const node of nodes) yield toRow(node)
}

/** All evaluations, up to a number. The first page is read before this returns, so an error comes before a header. */
async function openAll(
  send: SendToApi,
  variables: Record<string, unknown>,
  count: number,
): Promise<AsyncGenerator<EvaluationNode, void, void>> {
  const readPage = async (left: number, after: string | null) => {
    const { data } = await ask(send, 'Leaderboard', { ...variables, first: Math.min(PAGE, left), after })
    return (data.dataset as { leaderboard: Leaderboard }).leaderboard
  }
  return readPages(await readPage(count, null), readPage, count)
}

async function* readPages(
  first: Leaderboard,
  readPage: (left: number, after: string | null) => Promise<Leaderboard>,
  count: number,
): AsyncGenerator<EvaluationNode, void, void> {
  let page = first
  for (let left = count; ; ) {
    yield* page.nodes
    left -= page.nodes.length
    if (left <= 0 || !page.pageInfo.hasNextPage) return
    page = await readPage(left, page.pageInfo.endCursor)
  }
}

interface Leaderboard {
  readonly nodes: readonly EvaluationNode[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
