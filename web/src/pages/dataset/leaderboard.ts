import { ask } from '../../api/client.js'
import { ROWS, type RowDetails, type RowValues } from './dataset-query.js'
import { BLOCK_ROWS, isFiltered, type TableSettings, toRowsVariables } from './table-settings.js'

export interface Row extends RowValues {
  readonly details: RowDetails
  /** Whether the row came or changed while the page was open. */
  readonly isNew: boolean
}

/** Rows of equal value among which a function is looked for, in pages of `TIED_ROWS`. */
const MOST_TIED_PAGES = 20
const TIED_ROWS = 200
/** Blocks out of view that stay loaded. */
const MOST_KEPT_BLOCKS = 200

/** The rows of a dataset in an order. Only those that were in view are loaded, wherever they are in the list. */
export class Leaderboard {
  total = 0
  /** Rises with each change. */
  version = 0
  isLoaded = false
  error: Error | null = null
  private readonly blocks = new Map<number, readonly Row[]>()
  private readonly loading = new Set<number>()
  /** Blocks that show rows as they were before a change. */
  private readonly stale = new Set<number>()
  private readonly changed = new Set<string>()
  private readonly end = new AbortController()

  constructor(
    readonly name: string,
    readonly settings: TableSettings,
    private readonly report: () => void,
  ) {}

  close(): void {
    this.end.abort()
  }

  /** Whether the place of a row follows from its rank. */
  get isRanking(): boolean {
    return !isFiltered(this.settings) && !this.settings.isReversed
  }

  /** The row at an index; null if it is not loaded. */
  rowAt(index: number): Row | null {
    return this.blocks.get(Math.floor(index / BLOCK_ROWS))?.[index % BLOCK_ROWS] ?? null
  }

  valueOf(row: RowValues): number | null {
    return row[this.settings.metric.field]
  }

  /** Whether a row next to that at an index has the same value. */
  isTied(index: number): boolean {
    const row = this.rowAt(index)
    const value = row && this.valueOf(row)
    return [index - 1, index + 1].some((other) => {
      const near = this.rowAt(other)
      return value !== null && near !== null && this.valueOf(near) === value
    })
  }

  /** Loads the rows of a range of indices that are missing, or older than a change. */
  async show(from: number, to: number): Promise<void> {
    const last = Math.max(0, Math.floor((to - 1) / BLOCK_ROWS))
    const wanted: number[] = []
    for (let block = Math.floor(from / BLOCK_ROWS); block <= last; block++) wanted.push(block)
    await Promise.all(wanted.filter((block) => this.isMissing(block)).map((block) => this.load(block)))
  }

  /** Rows came or changed. The blocks in view are loaded again by the next `show`. */
  update(changes: readonly RowValues[]): void {
    const known = new Map([...this.blocks.values()].flat().map((row) => [row.id, this.valueOf(row)]))
    for (const values of changes) if (known.get(values.id) !== this.valueOf(values)) this.changed.add(values.id)
    for (const block of [...this.blocks.keys(), ...this.loading]) this.stale.add(block)
    this.onChange()
  }

  /** The index of a row with a rank: rows of equal value have the same rank. Null if it is not there. */
  async findIndex({ id, rank }: { readonly id: string; readonly rank: number }): Promise<number | null> {
    for (let page = 0; page < MOST_TIED_PAGES; page++) {
      const offset = rank - 1 + page * TIED_ROWS
      const rows = (await this.ask(offset, TIED_ROWS, false))?.nodes ?? []
      const place = rows.findIndex((row) => row.id === id)
      if (place !== -1) return offset + place
      const [first, last] = [rows[0], rows.at(-1)]
      if (!first || !last || rows.length < TIED_ROWS || this.valueOf(first) !== this.valueOf(last)) return null
    }
    return null
  }

  private onChange(): void {
    this.version += 1
    this.report()
  }

  private isMissing(block: number): boolean {
    if (this.loading.has(block) || this.error !== null) return false
    if (this.isLoaded && block * BLOCK_ROWS >= this.total && block > 0) return false
    return !this.blocks.has(block) || this.stale.has(block)
  }

  private async load(block: number): Promise<void> {
    this.loading.add(block)
    this.stale.delete(block)
    const page = await this.ask(block * BLOCK_ROWS, BLOCK_ROWS, true)
    this.loading.delete(block)
    if (!page) return
    this.blocks.delete(block)
    this.blocks.set(
      block,
      page.nodes.map((node) => ({ ...node, details: node as RowDetails, isNew: this.changed.has(node.id) })),
    )
    if (this.blocks.size > MOST_KEPT_BLOCKS) this.blocks.delete(this.blocks.keys().next().value as number)
    this.total = page.totalCount
    this.isLoaded = true
    this.onChange()
  }

  private async ask(offset: number, first: number, withDetails: boolean) {
    const { settings, name } = this
    try {
      const variables = toRowsVariables(name, settings, { offset, first, withDetails })
      const answer = await ask(ROWS, variables, { signal: this.end.signal })
      return answer.dataset?.evaluations ?? null
    } catch (error) {
      if (!this.end.signal.aborted) {
        this.error = error as Error
        this.onChange()
      }
      return null
    }
  }
}
