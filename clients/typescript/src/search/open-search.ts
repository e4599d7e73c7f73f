import type { Client } from '../client.js'
import { BeginSearchDocument, type BeginSearchMutationVariables } from '../generated/documents.js'
import { makeId } from '../prepare-mutation.js'
import { loadStatus, Search } from './search.js'
import { openFileStore, type SearchStore } from './store.js'

type CreateInput = BeginSearchMutationVariables['input']

/** The settings of a new search, and the place that remembers it. */
export interface SearchSettings extends Omit<CreateInput, 'dataset' | 'idempotencyKey'> {
  /** A file that remembers the search. The first call creates the search; later calls, and other programs, continue it. */
  readonly file?: string
  /** The same with another place than a file. */
  readonly store?: SearchStore
}

interface Note {
  readonly key: string
  readonly input: CreateInput
  readonly id?: string
}

export async function openSearch(
  client: Client,
  place: string | { readonly id: string },
  { file, store = file === undefined ? undefined : openFileStore(file), ...settings }: SearchSettings = {},
): Promise<Search> {
  if (typeof place !== 'string') return new Search(client, await loadStatus(client, place.id))
  const given: CreateInput = { dataset: place, ...settings }
  if (store === undefined) return create(client, given, makeId())
  // The key is stored before the search exists. After a kill, the same key gives the same search.
  await store.create(`${JSON.stringify({ key: makeId(), input: given } satisfies Note)}\n`)
  const note = JSON.parse((await store.read()) ?? 'null') as Note | null
  if (note === null) throw new Error('store: expected the text that was stored, got none')
  assertSame(given, note.input, file ?? 'store')
  if (note.id !== undefined) return new Search(client, await loadStatus(client, note.id))
  const search = await create(client, note.input, note.key)
  await store.replace(`${JSON.stringify({ ...note, id: search.id } satisfies Note)}\n`)
  return search
}

async function create(client: Client, input: CreateInput, idempotencyKey: string): Promise<Search> {
  const { createSearch } = await client.query(BeginSearchDocument, { input: { ...input, idempotencyKey } })
  if (createSearch === null) throw new Error('search: expected the created search, got null')
  return new Search(client, createSearch.search)
}

/** A remembered search must not be continued as another one. */
function assertSame(given: CreateInput, kept: CreateInput, place: string): void {
  for (const [name, value] of Object.entries(given)) {
    const found = kept[name as keyof CreateInput]
    if (value === undefined || JSON.stringify(found) === JSON.stringify(value)) continue
    const shown = `${JSON.stringify(found)}, not ${JSON.stringify(value)}`
    throw new TypeError(`${place}: its search has the ${name} ${shown}; use another one for another search`)
  }
}
