import { formatPercent } from '../language/numbers.js'

export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

interface HistogramProps {
  readonly bins: readonly Bin[]
  readonly width?: number
  readonly height?: number
  /** What is counted, for people who do not see the picture. */
  readonly label: string
}

/** The distribution of a share as bars. The height is the square root of the count, so that rare values stay visible. */
export function Histogram({ bins, width = 240, height = 48, label }: HistogramProps) {
  const [first, last] = [bins[0], bins.at(-1)]
  if (first === undefined || last === undefined) return null
  const most = Math.max(...bins.map(({ count }) => count))
  const step = width / bins.length
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {bins.map(({ count }, index) => {
          const tall = count === 0 ? 0 : Math.max(1.5, height * Math.sqrt(count / most))
          return <rect key={index} x={index * step} y={height - tall} width={Math.max(1, step - 1)} height={tall} />
        })}
      </svg>
      <figcaption aria-hidden="true">
        <span>{formatPercent(first.from)}%</span>
        <span>{formatPercent(last.to)}%</span>
      </figcaption>
    </figure>
  )
}
