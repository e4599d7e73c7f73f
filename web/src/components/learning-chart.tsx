import { useEffect, useRef } from 'preact/hooks'

export interface LearningCurve {
  readonly name: string
  readonly epochs: readonly { readonly epoch: number; readonly validationAccuracy: number | null }[]
}

const HEIGHT = 220
/** Lines that everybody tells apart, also by their dashes. */
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]]

/** Validation accuracy by epoch, one line for each run. */
export function LearningChart({ curves, label }: { curves: readonly LearningCurve[]; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (element === null || curves.length === 0) return
    let end = () => {}
    let isOver = false
    void import('uplot').then(({ default: UPlot }) => {
      if (isOver) return
      const colours = getComputedStyle(element)
      const ink = colours.getPropertyValue('--quiet')
      const axis = {
        stroke: ink,
        grid: { stroke: colours.getPropertyValue('--grid'), width: 1 },
        ticks: { show: false },
      }
      const chart = new UPlot(
        {
          ...{ width: element.clientWidth, height: HEIGHT, cursor: { drag: { x: false, y: false } } },
          scales: { x: { time: false } },
          axes: [
            { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100] },
            { ...axis, size: 48, values: (_, values) => values.map((value) => `${Number((100 * value).toFixed(1))}%`) },
          ],
          legend: { show: curves.length > 1 },
          series: [
            { label: 'Epoch' },
            ...curves.map(({ name }, index) => ({
              label: name,
              stroke: colours.getPropertyValue(index % 2 === 0 ? '--accent' : '--second'),
              width: 1.75,
              dash: DASHES[Math.floor(index / 2) % DASHES.length],
              points: { show: false },
              value: (_: unknown, value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(2)}%`),
            })),
          ],
        },
        toColumns(curves),
        element,
      )
      const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }))
      observer.observe(element)
      end = () => {
        observer.disconnect()
        chart.destroy()
      }
    })
    return () => {
      isOver = true
      end()
    }
  }, [curves])
  return <div class="learning-chart" ref={place} role="img" aria-label={label} />
}

/** A column of epochs, and a column for each run. */
function toColumns(curves: readonly LearningCurve[]) {
  const last = Math.max(...curves.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)))
  const epochs = Array.from({ length: last }, (_, index) => index + 1)
  const columns = curves.map(({ epochs: points }) => {
    const values = new Map(points.map(({ epoch, validationAccuracy }) => [epoch, validationAccuracy]))
    return epochs.map((epoch) => values.get(epoch) ?? null)
  })
  return [epochs, ...columns] as [number[], ...(number | null)[][]]
}
