import type { ColumnOfTable, RowOfTable } from '../../datasets/writing/write-table.js'
import { METRIC_PROPERTIES, type MetricProperty, type Metrics } from '../../metrics.js'

/** A function of a leaderboard, as `operations/leaderboard.graphql` asks for it. */
export interface EvaluationNode extends Metrics {
  readonly rank: number | null
  readonly rankInterval: { readonly best: number; readonly worst: number } | null
  readonly expression: string
  readonly activation: { readonly names: readonly string[] }
  readonly runCount: number
}

/** The columns of CSV and JSON. */
export const COLUMNS: readonly ColumnOfTable[] = [
  ...['rank', 'rankBest', 'rankWorst'].map((name) => ({ name, type: 'integer' as const })),
  ...['expression', 'names'].map((name) => ({ name, type: 'text' as const })),
  ...METRIC_PROPERTIES.map((name) => ({ name, type: 'float' as const })),
  { name: 'runCount', type: 'integer' },
]

export function toRow(node: EvaluationNode): RowOfTable {
  const { rank, rankInterval, expression, activation, runCount } = node
  return [
    ...[rank, rankInterval?.best ?? null, rankInterval?.worst ?? null],
    ...[expression, activation.names.join(', ')],
    ...METRIC_PROPERTIES.map((name) => node[name] ?? null),
    runCount,
  ]
}

/** A table for people, whose rows appear as they come: so widths are the same for every dataset. */
export async function* toTable(
  nodes: AsyncIterable<EvaluationNode>,
  metric: string,
  property: MetricProperty,
): AsyncGenerator<string, void, void> {
  const width = Math.max(metric.length, 9)
  yield `${'rank'.padStart(7)}  ${'plausible'.padStart(13)}  ${metric.padStart(width)}  runs  function\n`
  let isEmpty = true
  for await (const node of nodes) {
    isEmpty = false
    const { rank, rankInterval, activation, runCount } = node
    const interval = rankInterval ? `${rankInterval.best}-${rankInterval.worst}` : '-'
    const names = activation.names.length > 0 ? `  (${activation.names.join(', ')})` : ''
    const value = formatNumber(node[property])
    const cells = [String(rank ?? '-').padStart(7), interval.padStart(13), value.padStart(width)]
    yield `${cells.join('  ')}  ${String(runCount).padStart(4)}  ${node.expression}${names}\n`
  }
  if (isEmpty) yield 'no function matches\n'
}

export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-'
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4)
}
