export interface SavedQuery {
  readonly query: string
  readonly variables: string
}

const STORAGE = 'actbench-query'
/** The head of a request has room for 16 kB. */
const MAX_ADDRESS_LENGTH = 6000

/** The query in the address, or the long one that this tab kept. Null without either. */
export function readSaved(): SavedQuery | null {
  const given = new URLSearchParams(location.search)
  const query = given.get('query')
  if (query !== null) return { query, variables: given.get('variables') ?? '' }
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE) ?? 'null')
  } catch {
    return null
  }
}

/** Puts the query into the address, so that a reload and a shared link show it. This tab keeps a query that is too long. */
export function save(saved: SavedQuery): void {
  const { query, variables } = saved
  const search = new URLSearchParams({ query, ...(variables.trim() !== '' && { variables }) }).toString()
  const isLong = search.length > MAX_ADDRESS_LENGTH
  if (isLong) sessionStorage.setItem(STORAGE, JSON.stringify(saved))
  else sessionStorage.removeItem(STORAGE)
  history.replaceState(history.state, '', isLong ? location.pathname : `${location.pathname}?${search}`)
}
