import { useEffect, useState } from 'preact/hooks'
import { ask } from '../../api/client.js'
import { apiKey } from '../../api/key.js'
import { subscribe } from '../../api/subscribe.js'
import { KeyForm } from '../../components/key-form.js'
import { LearningChart } from '../../components/learning-chart.js'
import { RelativeTime } from '../../components/relative-time.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { JOB, type Job, TRAIN } from './function-query.js'

const STATES = {
  QUEUED: 'waits',
  RUNNING: 'is being trained',
  SUCCEEDED: 'is finished',
  FAILED: 'failed',
  CANCELLED: 'was cancelled',
} as const

interface TrainFunctionProps {
  readonly expression: string
  readonly datasets: readonly { readonly name: string; readonly title: string }[]
  /** Called after each training that succeeded. */
  onTrained(): void
}

/** Requests trainings with the visitor's key, and shows them live. */
export function TrainFunction({ expression, datasets, onTrained }: TrainFunctionProps) {
  const [dataset, setDataset] = useState(datasets[0].name)
  const [seed, setSeed] = useState('0')
  const [jobs, setJobs] = useState<readonly string[]>([])
  const [message, setMessage] = useState('')
  const train = async (event: Event) => {
    event.preventDefault()
    setMessage('')
    try {
      const { trainActivation } = await ask(TRAIN, { input: { dataset, expression, seeds: [Number(seed)] } })
      const done = trainActivation?.runs ?? []
      setJobs([...new Set([...(trainActivation?.jobs.map(({ id }) => id) ?? []), ...jobs])])
      if (done[0]) setMessage(`Seed ${done[0].seed} was trained before: ${formatPercent(done[0].validationAccuracy)}%.`)
    } catch (error) {
      setMessage((error as Error).message)
    }
  }
  return (
    <>
      <KeyForm />
      {apiKey.value !== '' && (
        <form class="train" onSubmit={train}>
          <label>
            Dataset
            <select value={dataset} onChange={({ currentTarget }) => setDataset(currentTarget.value)}>
              {datasets.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <label>
            Seed
            <input
              type="number"
              min="0"
              max="2147483647"
              required
              value={seed}
              onInput={({ currentTarget }) => setSeed(currentTarget.value)}
            />
          </label>
          <button type="submit">Train it</button>
        </form>
      )}
      <p role="status">{message}</p>
      {jobs.map((id) => (
        <TrainingProgress key={id} id={id} onTrained={onTrained} />
      ))}
    </>
  )
}

function TrainingProgress({ id, onTrained }: { id: string; onTrained(): void }) {
  const [job, setJob] = useState<Job | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(
    () =>
      subscribe({
        operation: JOB,
        variables: () => ({ id }),
        onResult({ trainingJob }) {
          setJob(trainingJob)
          if (trainingJob.state === 'SUCCEEDED') onTrained()
        },
        onError: ({ message }) => setProblem(message),
      }),
    [id],
  )
  if (problem !== '') return <p class="notice">{problem}</p>
  if (job === null) return null
  const { seed, state, progress, waitingFor, failure, run, epochs } = job
  return (
    <div class="job" data-state={state}>
      <p>
        Seed {seed} {STATES[state]}
        {waitingFor && `: ${waitingFor}`}
        {job.imagesPerSecond !== null && `: ${formatCount(Math.round(job.imagesPerSecond))} pictures a second`}
        {job.expectedEndAt && (
          <>
            , ends <RelativeTime time={job.expectedEndAt} />
          </>
        )}
        {failure && `: ${failure}`}
        {run && `: ${formatPercent(run.validationAccuracy)}%`}
        {run?.endReason && `, early: ${run.endReason}`}
      </p>
      <progress value={progress} max={1} aria-label={`Progress of seed ${seed}`} />
      {epochs.length > 0 && (
        <LearningChart curves={[{ name: `Seed ${seed}`, epochs }]} label={`Learning curve of seed ${seed}`} />
      )}
    </div>
  )
}
