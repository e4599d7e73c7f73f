import { useEffect, useRef, useState } from 'preact/hooks'
import { subscribe } from '../../api/subscribe.js'
import { isPassing } from '../../api/use-query.js'
import { CHANGES, type RowValues } from './dataset-query.js'
import { Leaderboard } from './leaderboard.js'
import type { TableSettings } from './table-settings.js'

/** An import changes thousands of rows at once. */
const BATCH_MILLISECONDS = 400
const BUSY_MILLISECONDS = 3000
const QUIET_MILLISECONDS = 10_000
const RETRY_MILLISECONDS = 5000

/** The rows of a dataset, live. If the settings change, the rows before stay until the first new ones are there. */
export function useLeaderboard(name: string, settings: TableSettings): Leaderboard | null {
  const [, draw] = useState(0)
  const [attempt, tryAgain] = useState(0)
  const current = useRef<Leaderboard | null>(null)
  const key = JSON.stringify(settings)
  useEffect(() => {
    const board: Leaderboard = new Leaderboard(name, settings, () => {
      current.current = board
      draw((count) => count + 1)
    })
    void board.show(0, 1)
    return () => board.close()
  }, [name, key, attempt])
  const error = current.current?.error ?? null
  useEffect(() => {
    if (!isPassing(error)) return
    const timer = setTimeout(() => tryAgain((count) => count + 1), RETRY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [error])
  useEffect(() => {
    let changes: RowValues[] = []
    let last = Number.NEGATIVE_INFINITY
    let timer: ReturnType<typeof setTimeout> | undefined
    const apply = () => {
      timer = undefined
      current.current?.update(changes)
      changes = []
    }
    const end = subscribe({
      operation: CHANGES,
      variables: (since) => ({ name, since }),
      onResult({ evaluations }) {
        changes.push(evaluations)
        // Each batch loads the rows in view again.
        timer ??= setTimeout(
          apply,
          performance.now() - last < QUIET_MILLISECONDS ? BUSY_MILLISECONDS : BATCH_MILLISECONDS,
        )
        last = performance.now()
      },
      // Too much has changed while the page was hidden.
      onError: () => tryAgain((count) => count + 1),
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [name])
  return current.current
}
