import { useEffect, useRef } from 'preact/hooks'
import { useScrollWindow } from '../../components/use-scroll-window.js'
import { formatCount } from '../../language/numbers.js'
import type { Leaderboard } from './leaderboard.js'
import { LeaderboardRow } from './leaderboard-row.js'
import type { Scale } from './value-strip.js'

export const ROW_HEIGHT = 56
/** Those that a phone shows. A cell over more of them would take room from the function. */
const COLUMNS = 3
/** Rows are loaded when scrolling has rested for this long. */
const REST_MILLISECONDS = 120

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
  const { from, to, before, after, scrollTo } = useScrollWindow(box, ROW_HEIGHT, board.total)
  useEffect(() => {
    const timer = setTimeout(() => void board.show(from, to), board.isLoaded ? REST_MILLISECONDS : 0)
    return () => clearTimeout(timer)
  }, [board, from, to, board.version])
  useEffect(() => {
    if (found === null || !board.isRanking) return
    void board.findIndex(found).then((index) => {
      if (index !== null) scrollTo(index)
    })
  }, [board, found])
  const indices = Array.from({ length: to - from }, (_, place) => from + place)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard.
    <section class="table-box" ref={box} tabIndex={0} aria-label="Leaderboard">
      <table class="leaderboard" aria-rowcount={board.total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="number">
              Rank and tie group
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
          <Spacer height={before} />
          {indices.map((index) => {
            const row = board.rowAt(index)
            if (row === null) return <MissingRow key={index} index={index} />
            return (
              <LeaderboardRow
                key={row.id}
                row={row}
                index={index}
                isTied={board.isTied(index)}
                metric={board.settings.metric}
                noise={noise}
                scale={scale}
                isFound={row.id === found?.id}
              />
            )
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </section>
  )
}

function MissingRow({ index }: { index: number }) {
  return (
    <tr class="missing-row">
      <td class="number rank quiet">{formatCount(index + 1)}</td>
      <td class="quiet" colSpan={COLUMNS - 1}>
        Loading…
      </td>
    </tr>
  )
}

/** Stands for rows that are not drawn, so that the scrollbar is right. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr class="spacer" style={{ height: `${height}px` }}>
      <td colSpan={COLUMNS} />
    </tr>
  )
}
