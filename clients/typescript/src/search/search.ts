import type { Client } from '../client.js'
import { ActbenchError } from '../errors.js'
import {
  SearchStateDocument,
  type SearchStateQuery,
  SearchSuggestionsDocument,
  type SearchSuggestionsQuery,
  type SearchSuggestionsQueryVariables,
  StopSearchDocument,
} from '../generated/documents.js'
import { type Objective, type OptimizeOptions, optimize } from './optimize.js'

/** The state of a search: budget, completed, failed, best and so on. */
export type SearchStatus = NonNullable<SearchStateQuery['search']>

/** A suggestion with its result. */
export type SearchSuggestion = NonNullable<SearchSuggestionsQuery['search']>['suggestions']['nodes'][number]

/** A search of the service. Several programs may work on it at the same time. */
export class Search {
  readonly #client: Client
  #status: SearchStatus

  constructor(client: Client, status: SearchStatus) {
    this.#client = client
    this.#status = status
  }

  get id(): string {
    return this.#status.id
  }

  /** The state as of the last answer. */
  get status(): SearchStatus {
    return this.#status
  }

  /** The best function so far. */
  get best(): SearchStatus['best'] {
    return this.#status.best
  }

  /** Reads the present state. */
  async refresh(): Promise<this> {
    this.#status = await loadStatus(this.#client, this.id)
    return this
  }

  /**
   * Evaluates suggestions until the search has ended. An objective that throws, or returns no metrics, is reported as a failure,
   * and the search continues. A replay needs no objective.
   */
  async optimize(objective?: Objective | null, options: OptimizeOptions = {}): Promise<this> {
    await this.refresh()
    const note = (status: Partial<SearchStatus>) => {
      this.#status = { ...this.#status, ...status }
      options.onProgress?.(this.#status)
    }
    await optimize(this.#client, { status: () => this.#status, note }, objective ?? null, options)
    return this
  }

  /** All suggestions with their results, the earliest first. */
  async suggestions(state?: SearchSuggestionsQueryVariables['state']): Promise<SearchSuggestion[]> {
    const rows: SearchSuggestion[] = []
    const pages = this.#client.nodes(
      SearchSuggestionsDocument,
      { id: this.id, state },
      ({ search }) => search?.suggestions,
    )
    for await (const row of pages) rows.push(row)
    return rows
  }

  /** Ends the search for all its workers. */
  async stop(): Promise<this> {
    const { stopSearch } = await this.#client.query(StopSearchDocument, { id: this.id })
    this.#status = { ...this.#status, ...stopSearch?.search }
    return this
  }
}

/** The state of a search, or NOT_FOUND. */
export async function loadStatus(client: Client, id: string, patienceSeconds?: number): Promise<SearchStatus> {
  const { search } = await client.query(SearchStateDocument, { id }, { patienceSeconds })
  if (search !== null) return search
  const message = `search: ${JSON.stringify(id)} does not exist`
  throw new ActbenchError({ message, extensions: { code: 'NOT_FOUND', argument: 'id' } })
}
