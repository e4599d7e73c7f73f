import { useMemo, useRef } from 'preact/hooks'
import { useQuery } from '../../api/use-query.js'
import { LearningChart } from '../../components/learning-chart.js'
import { QueryStatus } from '../../components/query-status.js'
import { useInView } from '../../components/use-in-view.js'
import { LEARNING_CURVES } from './function-query.js'

interface LearningCurvesProps {
  readonly expression: string
  /** Number of trainings that ended since the page was opened. */
  readonly trainings: number
}

/** The validation accuracy of each run after each epoch, a chart for each dataset. */
export function LearningCurves({ expression, trainings }: LearningCurvesProps) {
  const place = useRef<HTMLElement>(null)
  const state = useQuery(LEARNING_CURVES, { expression }, { isPaused: !useInView(place), attempt: trainings })
  const charts = useMemo(() => {
    const evaluations = state.data?.activation?.evaluations ?? []
    return evaluations
      .map(({ dataset, runs }) => ({
        dataset,
        curves: runs
          .filter(({ epochs }) => epochs.length > 1)
          .map(({ seed, epochs }, index) => ({ name: nameRun(seed, index), epochs })),
        ended: runs.flatMap(({ seed, endReason }, index) => (endReason ? `${nameRun(seed, index)}: ${endReason}` : [])),
      }))
      .filter(({ curves, ended }) => curves.length + ended.length > 0)
  }, [state.data])
  return (
    <section ref={place} aria-labelledby="learning-title">
      <h2 id="learning-title">Learning curves</h2>
      <QueryStatus state={state} />
      {state.data && charts.length === 0 && <p class="quiet">No dataset has the epochs of its runs.</p>}
      <div class="charts">
        {charts.map(({ dataset, curves, ended }) => (
          <figure key={dataset.name}>
            <figcaption>
              {dataset.title}, {curves.length} {curves.length === 1 ? 'run' : 'runs'}
            </figcaption>
            {curves.length > 0 && (
              <LearningChart curves={curves} label={`Validation accuracy by epoch in ${dataset.title}`} />
            )}
            {ended.map((reason) => (
              <p key={reason} class="quiet">
                {reason}
              </p>
            ))}
          </figure>
        ))}
      </div>
    </section>
  )
}

function nameRun(seed: number | null, index: number): string {
  return seed === null ? `Run ${index + 1}` : `Seed ${seed}`
}
