import { useEffect, useRef } from 'preact/hooks'
import { useScrollWindow } from '../../components/use-scroll-window.js'
import { formatCount } from '../../language/numbers.js'
import type { Leaderboard } from './leaderboard.js'
import { LeaderboardRow } from './leaderboard-row.js'
import type { Scale } from './value-strip.js'

export const ROW_HEIGHT = 56
/** Those that a phone shows. A cell over more of them would take room from the function. */
const COLUMNS = 3

interface LeaderboardTableProps {
  readonly board: Leaderboard
  readonly noise: number | null
  readonly scale: Scale
  /** The id of a row to show, when it is loaded. */
  readonly found: { readonly id: string; readonly rank: number } | null
}

/** All rows of a dataset in a box that scrolls. Only the rows in view are elements of the page. */
export function LeaderboardTable({ board, noise, scale, found }: LeaderboardTableProps) {
  const box = useRef<HTMLElement>(null)
  const { from, to } = useScrollWindow(box, ROW_HEIGHT, board.total)
  useEffect(() => {
    void board.reach(to)
    const timer = setTimeout(() => void board.showDetails(from, to), 150)
    return () => clearTimeout(timer)
  }, [board, from, to, board.rows])
  useEffect(() => {
    if (found === null) return
    void board.reach(found.rank + 1).then(() => {
      const index = board.rows.findIndex(({ id }) => id === found.id)
      const element = box.current
      if (index !== -1 && element) element.scrollTop = Math.max(0, index * ROW_HEIGHT - element.clientHeight / 3)
    })
  }, [board, found])
  const rows = board.rows.slice(from, to)
  const missing = Math.max(0, to - Math.max(from, board.rows.length))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard.
    <section class="table-box" ref={box} tabIndex={0} aria-label="Leaderboard">
      <table class="leaderboard" aria-rowcount={board.total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="number">
              Rank
            </th>
            <th scope="col" class="wide">
              Plausible ranks
            </th>
            <th scope="col">Function</th>
            <th scope="col" class="number">
              {board.settings.metric.isShare ? `${board.settings.metric.title}, %` : board.settings.metric.title}
            </th>
            <th scope="col" class="wide">
              Runs and prediction
            </th>
            <th scope="col" class="number wide">
              Predicted, %
            </th>
            <th scope="col" class="number wide">
              Runs
            </th>
          </tr>
        </thead>
        <tbody>
          <Spacer rows={from} />
          {rows.map((row, index) => (
            <LeaderboardRow
              key={row.id}
              row={row}
              index={from + index}
              place={board.rankAt(from + index)}
              metric={board.settings.metric}
              noise={noise}
              scale={scale}
              isFound={row.id === found?.id}
            />
          ))}
          {missing > 0 && (
            <tr style={{ height: `${missing * ROW_HEIGHT}px` }}>
              <td class="quiet" colSpan={COLUMNS}>
                Loading row {formatCount(board.rows.length + 1)}…
              </td>
            </tr>
          )}
          <Spacer rows={board.total - to} />
        </tbody>
      </table>
    </section>
  )
}

/** Stands for rows that are not drawn, so that the scrollbar is right. */
function Spacer({ rows }: { rows: number }) {
  if (rows <= 0) return null
  return (
    <tr class="spacer" style={{ height: `${rows * ROW_HEIGHT}px` }}>
      <td colSpan={COLUMNS} />
    </tr>
  )
}
