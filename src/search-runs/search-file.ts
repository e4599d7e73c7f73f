import { randomUUID } from 'node:crypto'
import { type SendToApi, toFound } from '../api-client/api.js'
import { CREATE, EXTEND, SEARCH, type SearchStatus } from './documents.js'
import { createJson, readJson, replaceJson } from './whole-file.js'

/** Settings of a new search: fields of CreateSearchInput. Those that are undefined were not given. */
export interface SearchSettings {
  readonly dataset: string
  readonly algorithm?: string | undefined
  readonly budget?: number | undefined
  readonly name?: string | undefined
  readonly seed?: number | undefined
  readonly surrogate?: string | undefined
  readonly epochs?: number | undefined
}

/** The file that remembers a search. The Python client writes and reads the same form. */
interface SearchNote {
  /** Idempotency key of the creation. It is written before the search exists: after a kill, it gives the same search. */
  readonly key: string
  readonly input: SearchSettings
  readonly id?: string
}

/**
 * Continues the search of a file, or creates one. A greater budget than before extends the search. Throws if the file has a
 * search with other settings.
 */
export async function openSearch(send: SendToApi, file: string, settings: SearchSettings): Promise<SearchStatus> {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  if (readJson(file) === null) createJson(file, { key: randomUUID(), input: given })
  const note = readJson<SearchNote>(file)
  if (typeof note?.key !== 'string' || typeof note.input !== 'object') {
    throw new Error(`${file}: expected a file of a search; name another one with --name or --file`)
  }
  const { budget, ...others } = given
  refuseOtherSettings(file, note, others)
  const search = note.id === undefined ? await createSearch(send, note) : await loadSearch(send, note.id, file)
  if (note.id === undefined) replaceJson(file, { ...note, id: search.id })
  if (budget === undefined || Number(budget) <= search.budget) return search
  const { data } = toFound(await send({ query: EXTEND, variables: { id: search.id, budget } }))
  replaceJson(file, { ...note, id: search.id, input: { ...note.input, budget } })
  return (data.extendSearch as { search: SearchStatus }).search
}

/** Reads the present state of a search. */
export async function loadSearch(send: SendToApi, id: string, file: string): Promise<SearchStatus> {
  const { data } = toFound(await send({ query: SEARCH, variables: { id } }))
  if (data.search) return data.search as SearchStatus
  throw new Error(`${file}: the service does not have its search any more; remove the file, or name another --name`)
}

async function createSearch(send: SendToApi, { key, input }: SearchNote): Promise<SearchStatus> {
  const variables = { input: { ...input, idempotencyKey: key } }
  const { data } = toFound(await send({ query: CREATE, variables }))
  return (data.createSearch as { search: SearchStatus }).search
}

function refuseOtherSettings(file: string, { input }: SearchNote, given: Readonly<Record<string, unknown>>): void {
  const kept = input as unknown as Readonly<Record<string, unknown>>
  // The Python client makes such files.
  if (kept.replay === true) throw new Error(`${file}: its search is a replay, which takes no results of a program`)
  for (const [name, value] of Object.entries(given)) {
    if (kept[name] === value) continue
    const [has, wants] = [kept[name] ?? 'the default', value].map((each) => JSON.stringify(each))
    throw new Error(`${file}: its search has ${name} ${has}, not ${wants}; use another --name for another search`)
  }
}
