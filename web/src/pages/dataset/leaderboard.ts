import { ask } from '../../api/client.js'
import type { Metric } from '../../language/metrics.js'
import { COUNT, ROW_DETAILS, ROWS, type RowDetails, type RowValues } from './dataset-query.js'
import { isFiltered, type TableSettings, toFilter, toOrder } from './table-settings.js'

export interface Row extends RowValues {
  /** Null until the row was in view. */
  details: RowDetails | null
  /** Whether the row came or changed while the page was open. */
  isNew: boolean
}

const FIRST_ROWS = 30
const MORE_ROWS = 200
const MAX_DETAILS = 50

/**
 * The rows of a dataset in an order, from the first one to the furthest one that was in view. Rows between are loaded too,
 * because the API gives pages one after the other; that needs 15 requests for 3,000 rows. Details are loaded for rows in view.
 */
export class Leaderboard {
  rows: Row[] = []
  total = 0
  error: Error | null = null
  private cursor: string | null = null
  private hasMore = true
  private loading: Promise<void> | null = null
  private wanted = 0
  private readonly asked = new Set<string>()
  private readonly end = new AbortController()

  constructor(
    readonly name: string,
    readonly settings: TableSettings,
    private readonly onChange: () => void,
  ) {}

  close(): void {
    this.end.abort()
  }

  /** Whether all rows that are loaded have the ranks of their places. */
  get isRanking(): boolean {
    return !isFiltered(this.settings) && !this.settings.isReversed
  }

  valueOf(row: RowValues): number | null {
    return row[this.settings.metric.field]
  }

  /** The rank of the row at an index, and whether others share it. Null if only the service knows it. */
  rankAt(index: number): { rank: number; isTied: boolean } | null {
    const row = this.rows[index]
    const value = this.valueOf(row)
    if (value === null) return null
    if (!this.isRanking) return row.details?.rank ? { rank: row.details.rank, isTied: false } : null
    let first = index
    while (first > 0 && this.valueOf(this.rows[first - 1]) === value) first -= 1
    const next = this.rows[index + 1]
    return { rank: first + 1, isTied: first < index || (next !== undefined && this.valueOf(next) === value) }
  }

  /** Loads rows up to an index. */
  async reach(index: number): Promise<void> {
    this.wanted = Math.max(this.wanted, index)
    while (this.rows.length <= this.wanted && this.hasMore && this.error === null && !this.end.signal.aborted) {
      this.loading ??= this.loadMore().finally(() => {
        this.loading = null
      })
      await this.loading
    }
  }

  /** Loads what the rows in view show. */
  async showDetails(from: number, to: number): Promise<void> {
    const missing = this.rows.slice(from, to).filter(({ id, details }) => details === null && !this.asked.has(id))
    const ids = missing.slice(0, MAX_DETAILS).map(({ id }) => id)
    if (ids.length === 0) return
    for (const id of ids) this.asked.add(id)
    const answer = await this.ask(ROW_DETAILS, { ids, metric: this.settings.metric.name })
    const found = new Map(answer?.nodes.flatMap((node) => (node && 'id' in node ? [[node.id, node]] : [])))
    for (const row of this.rows) row.details = found.get(row.id) ?? row.details
    this.onChange()
  }

  /** Puts rows that came or changed in their places. The rows below get new ranks. */
  update(changes: readonly RowValues[]): void {
    for (const values of changes) this.place(values)
    this.onChange()
    void this.countAgain()
  }

  private place(values: RowValues): void {
    const value = this.valueOf(values)
    const before = this.rows.findIndex(({ id }) => id === values.id)
    const [old] = before === -1 ? [null] : this.rows.splice(before, 1)
    if (value !== null) {
      const place = this.rows.findIndex((row) => isBetter(value, this.valueOf(row), this.settings.metric))
      // Behind the loaded rows: it comes with its page.
      if (place !== -1 || !this.hasMore) {
        const row: Row = { ...values, details: null, isNew: old === null || this.valueOf(old) !== value }
        this.rows.splice(place === -1 ? this.rows.length : place, 0, row)
        this.asked.delete(values.id)
      }
    }
  }

  /** A changed row behind the loaded ones may be new or not. */
  private async countAgain(): Promise<void> {
    const answer = await this.ask(COUNT, { name: this.name })
    this.total = answer?.dataset?.evaluations.totalCount ?? this.total
    this.onChange()
  }

  private async loadMore(): Promise<void> {
    const isFirst = this.cursor === null
    const answer = await this.ask(ROWS, {
      name: this.name,
      metric: this.settings.metric.name,
      order: toOrder(this.settings),
      filter: toFilter(this.settings),
      first: isFirst ? FIRST_ROWS : MORE_ROWS,
      after: this.cursor,
      withDetails: isFirst,
    })
    const page = answer?.dataset?.evaluations
    if (!page) return
    this.rows = this.rows.concat(page.nodes.map((node) => toRow(node, isFirst)))
    this.total = page.totalCount
    this.hasMore = page.pageInfo.hasNextPage
    this.cursor = page.pageInfo.endCursor ?? null
    this.onChange()
  }

  private async ask<Result, Variables>(...[operation, variables]: Parameters<typeof ask<Result, Variables>>) {
    try {
      return await ask(operation, variables, { signal: this.end.signal })
    } catch (error) {
      if (this.end.signal.aborted) return null
      this.error = error as Error
      this.onChange()
      return null
    }
  }
}

function toRow(node: RowValues & Partial<RowDetails>, withDetails: boolean): Row {
  return { ...node, details: withDetails ? (node as RowDetails) : null, isNew: false }
}

function isBetter(value: number, other: number | null, metric: Metric): boolean {
  return other === null || (metric.isShare ? value > other : value < other)
}
