import { useEffect, useState } from 'preact/hooks'
import type { ResultOf } from '../../api/graphql.js'
import { subscribe } from '../../api/subscribe.js'
import { type QueryState, useQuery } from '../../api/use-query.js'
import { SEARCH, SEARCH_CHANGES, type SearchHead } from './search-query.js'
import type { SuggestionState } from './search-words.js'

/** A benchmark completes hundreds of suggestions a second. */
const PACE_MILLISECONDS = 2000

/** A search, live: its figures come with each event, its lists follow at most every two seconds. */
export function useSearch(
  id: string,
  state: SuggestionState | null,
  rows: number,
): QueryState<ResultOf<typeof SEARCH>> & { readonly head: SearchHead | null } {
  const [head, setHead] = useState<SearchHead | null>(null)
  const [attempt, askAgain] = useState(0)
  const details = useQuery(SEARCH, { id, state, rows }, { attempt })
  const isThere = details.data?.search != null
  useEffect(() => {
    if (!isThere) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let shown = JSON.stringify(pickHead(details.data?.search ?? null))
    const end = subscribe({
      operation: SEARCH_CHANGES,
      variables: () => ({ id }),
      onResult({ search }) {
        setHead(search)
        const next = JSON.stringify(pickHead(search))
        const isKnown = shown === next
        shown = ''
        // The first event repeats what the query has just shown.
        if (isKnown) return
        timer ??= setTimeout(() => {
          timer = undefined
          askAgain((count) => count + 1)
        }, PACE_MILLISECONDS)
      },
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [id, isThere])
  return { ...details, head }
}

function pickHead(search: SearchHead | null) {
  return search && [search.state, search.budget, search.completed, search.failed, search.waitingFor, search.best]
}
