import { type Operation, readOperation, type TypedDocument } from './document.js'
import type { ActbenchError } from './errors.js'
import { prepareMutation } from './prepare-mutation.js'
import { openSearch, type SearchSettings } from './search/open-search.js'
import type { Search } from './search/search.js'
import { type SubscribeOptions, subscribe } from './subscribe.js'
import { createTransport, type TransportOptions } from './transport.js'
import { type UploadedSurrogate, type UploadSurrogateSettings, uploadSurrogate } from './upload-surrogate.js'

export interface ClientOptions extends TransportOptions {
  /** The address of the service, such as `http://127.0.0.1:4000`. */
  readonly url: string
  /** The secret of an API key. Reading needs none. */
  readonly key?: string
  /** @defaultValue the `fetch` of the platform */
  readonly fetch?: typeof fetch
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long one request may take. @defaultValue 60 */
  readonly timeoutSeconds?: number
  /** How long a request is tried again after RATE_LIMITED, SERVICE_UNAVAILABLE and a lost connection. @defaultValue 300 */
  readonly patienceSeconds?: number
  /** Characters of answers to keep in memory, with their ETags. 0 keeps none. @defaultValue 2^24 */
  readonly cacheCharacters?: number
}

export interface QueryOptions {
  readonly signal?: AbortSignal
  /** @defaultValue that of the client */
  readonly patienceSeconds?: number
}

/** The data of an answer, and the errors at some of its places. */
export interface Answer<Result> {
  readonly data: Result
  readonly errors: readonly ActbenchError[]
}

/** A page of a list. */
export interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Variables may be left out if none of them is required. */
export type Arguments<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options]

export interface Client {
  /** Sends a query or a mutation and returns its data. Throws the first error, also if only a part of the answer failed. */
  query<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: Arguments<Variables, QueryOptions>
  ): Promise<Result>
  query<Result = Record<string, unknown>>(
    text: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: QueryOptions,
  ): Promise<Result>
  /** As `query`, but returns errors next to the data. It only throws if the answer has no data. */
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: Arguments<Variables, QueryOptions>
  ): Promise<Answer<Result>>
  request<Result = Record<string, unknown>>(
    text: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: QueryOptions,
  ): Promise<Answer<Result>>
  /** The items of a list, page by page. The document has the variable `$after`; `page` finds the list in its result. */
  nodes<Result, Variables extends { after?: string | null | undefined }, Node>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    page: (result: Result) => Page<Node> | null | undefined,
    options?: QueryOptions,
  ): AsyncGenerator<Node, void, undefined>
  /**
   * The results of a subscription. After a lost connection it continues: the service sends the current state again, or what
   * changed since then if the document has a variable for the argument `since`. Some results may come twice.
   */
  subscribe<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: Arguments<Variables, SubscribeOptions>
  ): AsyncGenerator<Result, void, undefined>
  subscribe<Result = Record<string, unknown>>(
    text: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: SubscribeOptions,
  ): AsyncGenerator<Result, void, undefined>
  /** Stores predictions of your own surrogate as a version of a dataset: all of them, or none. Needs a key. */
  uploadSurrogate(dataset: string, settings: UploadSurrogateSettings): Promise<UploadedSurrogate>
  /** Creates a search in a dataset. With `file` or `store`, continues the search that was created there. */
  search(dataset: string, settings?: SearchSettings): Promise<Search>
  /** Continues a search. */
  search(search: { readonly id: string }): Promise<Search>
}

/** A client of a service. Creating it sends nothing. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options)
  const request = async (
    document: TypedDocument<never, never> | string,
    variables: Readonly<Record<string, unknown>> = {},
    { signal, patienceSeconds }: QueryOptions = {},
  ) => {
    const operation = readOperation(document)
    if (operation.kind === 'subscription') throw new TypeError('query: expected a query or a mutation; use `subscribe`')
    const prepared = prepareMutation(operation, variables)
    return transport.send(operation, prepared.variables, { ...prepared, signal, patienceSeconds })
  }
  const query = async (...parameters: Parameters<typeof request>) => {
    const { data, errors } = await request(...parameters)
    if (errors.length > 0) throw errors[0]
    return data
  }
  const client = {
    request,
    query,
    async *nodes(
      document: TypedDocument<never, never>,
      variables: Readonly<Record<string, unknown>>,
      findPage: (result: unknown) => Page<unknown> | null | undefined,
      options?: QueryOptions,
    ) {
      for (let after = variables.after; ; ) {
        const page = findPage(await query(document, { ...variables, after }, options))
        if (!page) return
        yield* page.nodes
        if (!page.pageInfo.hasNextPage) return
        after = page.pageInfo.endCursor
      }
    },
    subscribe: (
      document: TypedDocument<never, never> | string,
      variables: Readonly<Record<string, unknown>> = {},
      options: SubscribeOptions = {},
    ) => subscribe(transport, toSubscription(readOperation(document)), variables, options),
    uploadSurrogate: (dataset: string, settings: UploadSurrogateSettings) =>
      uploadSurrogate(client as unknown as Client, dataset, settings),
    search: (place: string | { readonly id: string }, settings?: SearchSettings) =>
      openSearch(client as unknown as Client, place, settings),
  }
  // The types of the parameters differ: here they are those of every document.
  return client as unknown as Client
}

function toSubscription(operation: Operation): Operation {
  if (operation.kind === 'subscription') return operation
  throw new TypeError(`subscribe: expected a subscription, got a ${operation.kind}`)
}
