import { ApiError, ConnectionError } from '../api/client.js'
import type { QueryState } from '../api/use-query.js'
import { KeyForm } from './key-form.js'

/** What a page says while its data is on its way, or why it has none. */
export function QueryStatus({ state }: { state: Pick<QueryState<unknown>, 'data' | 'error' | 'isLoading'> }) {
  const { data, error, isLoading } = state
  if (error !== null) {
    const isLost = error instanceof ConnectionError
    return (
      <>
        <p class="notice" role="alert">
          {error.message} {isLost && 'Trying again.'}
        </p>
        {error instanceof ApiError && error.code === 'UNAUTHENTICATED' && <KeyForm />}
      </>
    )
  }
  if (isLoading && data === null) {
    return (
      <p class="loading" role="status">
        Loading…
      </p>
    )
  }
  return null
}
