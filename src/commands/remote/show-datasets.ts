import type { Command } from 'commander'
import { ask, type SendToApi } from '../../api-client/api.js'
import { type OutputOptions, printResult } from '../print-result.js'
import { openService } from '../remote-options.js'
import { formatNumber } from './evaluation-rows.js'

/** Prints all datasets of a service. */
export async function listDatasets(command: Command, options: OutputOptions): Promise<void> {
  const { send } = await openService(command)
  const datasets = await readDatasets(send)
  const lines = datasets.map(({ name, evaluationCount, trainable, surrogate, leaderboard, title }) => {
    const best = leaderboard.nodes[0]
    return [
      name,
      `${evaluationCount} evaluations`,
      trainable ? 'trainable' : 'not trainable',
      surrogate ? `surrogate ${surrogate.version} (${surrogate.algorithm})` : 'no surrogate',
      best ? `best ${formatNumber(best.validationAccuracy)} ${best.expression}` : 'empty',
      title,
    ].join('  ')
  })
  printResult(datasets, lines.map((line) => `${line}\n`).join(''), options)
}

/** Prints one dataset of a service. */
export async function showDataset(command: Command, name: string, options: OutputOptions): Promise<void> {
  const { send } = await openService(command)
  const { data } = await ask(send, 'Dataset', { name })
  const dataset = data.dataset as Readonly<Record<string, unknown>>
  printResult(dataset, formatDataset(dataset), options)
}

interface ListedDataset {
  readonly name: string
  readonly title: string
  readonly evaluationCount: number
  readonly trainable: boolean
  readonly surrogate: { readonly version: number; readonly algorithm: string } | null
  readonly leaderboard: {
    readonly nodes: readonly { readonly expression: string; readonly validationAccuracy: number | null }[]
  }
}

async function readDatasets(send: SendToApi): Promise<ListedDataset[]> {
  const datasets: ListedDataset[] = []
  for (let after: string | null = null; ; ) {
    const { data } = await ask(send, 'Datasets', { after })
    const { nodes, pageInfo } = data.datasets as {
      nodes: ListedDataset[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
    datasets.push(...nodes)
    if (!pageInfo.hasNextPage) return datasets
    after = pageInfo.endCursor
  }
}

/** One property a line; those of an object are indented. The recipe is JSON itself and long, so `--json` has it. */
function formatDataset(dataset: Readonly<Record<string, unknown>>, indent = ''): string {
  return Object.entries(dataset)
    .filter(([name, value]) => name !== 'recipe' && value !== null)
    .map(([name, value]) => `${indent}${toWords(name)}: ${formatValue(value, indent)}`.replace(': \n', ':\n'))
    .map((line) => `${line}\n`)
    .join('')
}

function formatValue(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.map((each) => formatValue(each, indent)).join(', ')
  if (typeof value === 'object') return `\n${formatDataset({ ...value }, `${indent}  `)}`.trimEnd()
  return typeof value === 'number' && !Number.isInteger(value) ? formatNumber(value) : String(value)
}

function toWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
