import { useMemo, useState } from 'preact/hooks'
import { ChartFrame, type Place, widen } from '../../components/chart-frame.js'
import { formatPercent } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import { INTERVAL_DEVIATIONS, isInside, type PredictedFunction } from './calibration.js'
import type { Part } from './surrogate-query.js'

interface CalibrationPlotProps {
  /** Parts of all functions, by the height of their predictions. */
  readonly parts: readonly Part[]
  readonly functions: readonly PredictedFunction[]
  readonly dataset: string
}

const HEIGHT = 460
const LEAST_RANGE = 0.01
/** How near the pointer must be, in pixels. */
const REACH = 24

/** Predicted against measured accuracies. A good prediction lies on the diagonal, or its interval crosses it. */
export function CalibrationPlot({ functions, parts, dataset }: CalibrationPlotProps) {
  const [pointed, setPointed] = useState<PredictedFunction | null>(null)
  const range = useMemo(() => {
    const values = functions.flatMap(({ mean, measured }) => [mean, measured])
    return widen(values.reduce(minimum, 1), values.reduce(maximum, 0), LEAST_RANGE)
  }, [functions])
  const axis = { range, format: (value: number) => `${Number((100 * value).toFixed(2))}%`.replace('-', '−') }
  const [outside, inside] = [functions.filter((each) => isInside(each) === false), functions.filter(isNotOutside)]
  // The last function stays when the pointer leaves, so that its link can be reached.
  const point = (at: readonly [number, number], place: Place) =>
    setPointed(findNearest(functions, at, place) ?? pointed)
  return (
    <figure class="calibration">
      <ChartFrame
        x={{ ...axis, title: 'measured' }}
        y={{ ...axis, title: 'predicted' }}
        height={HEIGHT}
        label={`Predicted against measured validation accuracy of ${functions.length} functions in ${dataset}`}
        onPoint={point}
        draw={(place) => (
          <>
            <path
              class="axis"
              d={`M${place.toX(range[0])} ${place.toY(range[0])}L${place.toX(range[1])} ${place.toY(range[1])}`}
            />
            <path class="intervals" d={drawIntervals(inside, place)} />
            <path class="intervals outside" d={drawIntervals(outside, place)} />
            <path class="dots" d={drawDots(inside, place)} />
            <path class="dots outside" d={drawDots(outside, place)} />
            <path class="quartiles" d={drawQuartiles(parts, place)} />
            <path class="means" d={drawMeans(parts, place)} />
            {pointed && <circle class="ring" cx={place.toX(pointed.measured)} cy={place.toY(pointed.mean)} r={6} />}
          </>
        )}
      />
      <figcaption class="quiet small">
        {pointed ? (
          <>
            <a href={functionAddress(pointed.expression)}>
              <code>{pointed.expression}</code>
            </a>{' '}
            measured {formatPercent(pointed.measured)}%, predicted {formatPercent(pointed.mean)}%
            {pointed.standardDeviation !== null && ` ± ${formatPercent(pointed.standardDeviation)}`}
          </>
        ) : (
          <>
            Each dot is a function.
            {functions.some(({ standardDeviation }) => standardDeviation !== null) &&
              ' Its line is the 90% interval; orange intervals miss the measurement.'}{' '}
            The line joins the medians of {parts.length} parts of equal size, with their quartiles. Point at a dot to
            see which it is.
          </>
        )}
      </figcaption>
    </figure>
  )
}

function isNotOutside(each: PredictedFunction): boolean {
  return isInside(each) !== false
}

function drawDots(functions: readonly PredictedFunction[], { toX, toY }: Place): string {
  return functions.map(({ mean, measured }) => `M${toX(measured).toFixed(1)} ${toY(mean).toFixed(1)}h0`).join('')
}

function drawIntervals(functions: readonly PredictedFunction[], { toX, toY }: Place): string {
  return functions
    .map(({ mean, measured, standardDeviation }) => {
      const half = INTERVAL_DEVIATIONS * (standardDeviation ?? 0)
      return `M${toX(measured).toFixed(1)} ${toY(mean - half).toFixed(1)}V${toY(mean + half).toFixed(1)}`
    })
    .join('')
}

function drawMeans(parts: readonly Part[], { toX, toY }: Place): string {
  return parts
    .map(({ measuredQuartiles, meanPrediction }, index) => {
      return `${index === 0 ? 'M' : 'L'}${toX(measuredQuartiles[1]).toFixed(1)} ${toY(meanPrediction).toFixed(1)}`
    })
    .join('')
}

function drawQuartiles(parts: readonly Part[], { toX, toY }: Place): string {
  return parts
    .map(({ measuredQuartiles: [low, , high], meanPrediction }) => {
      return `M${toX(low).toFixed(1)} ${toY(meanPrediction).toFixed(1)}H${toX(high).toFixed(1)}`
    })
    .join('')
}

function findNearest(functions: readonly PredictedFunction[], [x, y]: readonly [number, number], place: Place) {
  let nearest: PredictedFunction | null = null
  let least = REACH
  for (const each of functions) {
    const distance = Math.hypot(place.toX(each.measured) - x, place.toY(each.mean) - y)
    if (distance < least) [nearest, least] = [each, distance]
  }
  return nearest
}

const minimum = (a: number, b: number) => Math.min(a, b)
const maximum = (a: number, b: number) => Math.max(a, b)
