import { ChartFrame, type Place, widen } from '../../components/chart-frame.js'
import { formatPercent } from '../../language/numbers.js'
import type { SearchDetails } from './search-query.js'

interface SearchChartProps {
  readonly history: SearchDetails['history']
  readonly budget: number
  /** The best validation accuracy that the dataset has measured; null if it has none. */
  readonly known: number | null
  readonly showsRegret: boolean
}

const HEIGHT = 320
const LEAST_RANGE = 0.004
/** Bad functions lie far below; the curve of the best is what counts. */
const LOWEST_SHARE = 0.25

/** The best accuracy after each completed suggestion, or how far it is from the best that the dataset has. */
export function SearchChart({ history, budget, known, showsRegret }: SearchChartProps) {
  const isRegret = showsRegret && known !== null
  const toShown = (accuracy: number) => (isRegret ? known - accuracy : accuracy)
  const best = history.map(({ bestValidationAccuracy }) => toShown(bestValidationAccuracy))
  const values = history.map(({ suggestion }) => toShown(suggestion.validationAccuracy ?? 0))
  const ordered = [...values].sort((a, b) => (isRegret ? b - a : a - b))
  const typical = ordered[Math.floor(LOWEST_SHARE * ordered.length)]
  const ends = [...best, typical, ...(known === null ? [] : [toShown(known)])]
  const range = widen(Math.min(...ends), Math.max(...ends), LEAST_RANGE)
  const last = formatPercent(best[best.length - 1])
  return (
    <ChartFrame
      x={{ range: [0, Math.max(history.length, Math.min(budget, 10))], title: 'completed suggestions', format: String }}
      y={{
        range,
        title: isRegret ? 'regret, points' : 'validation accuracy',
        format: (value) => `${Number((100 * value).toFixed(2))}${isRegret ? '' : '%'}`.replace('-', '−'),
      }}
      height={HEIGHT}
      label={
        isRegret
          ? `Regret after each of ${history.length} completed suggestions, now ${last} points`
          : `Best accuracy after each of ${history.length} completed suggestions, now ${last}%`
      }
      draw={(place) => (
        <>
          {known !== null && (
            <path class="line second" d={`M0 ${place.toY(toShown(known)).toFixed(1)}H${place.width}`} />
          )}
          <path class="dots" d={drawDots(values, place)} />
          <path class="line" d={drawSteps(best, place)} />
        </>
      )}
    />
  )
}

/** Values outside of the box lie on its edge. */
function drawDots(values: readonly number[], { toX, toY, height }: Place): string {
  return values
    .map((value, index) => {
      const y = Math.max(2, Math.min(height - 2, toY(value)))
      return `M${toX(index + 1).toFixed(1)} ${y.toFixed(1)}h0`
    })
    .join('')
}

function drawSteps(best: readonly number[], { toX, toY, width }: Place): string {
  const path = best.map((value, index) => {
    const [x, y] = [toX(index + 1).toFixed(1), toY(value).toFixed(1)]
    return index === 0 ? `M${x} ${y}` : `H${x}V${y}`
  })
  return path.length === 1 ? `${path[0]}H${width}` : path.join('')
}
