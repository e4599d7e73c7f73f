import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ask } from '../../api/client.js'
import { apiKey } from '../../api/key.js'
import { useQuery } from '../../api/use-query.js'
import { DatasetChoice } from '../../components/dataset-choice.js'
import { KeyForm } from '../../components/key-form.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { changeAddress } from '../../language/addresses.js'
import { formatCount, formatNumber } from '../../language/numbers.js'
import { formatDuration } from '../../language/times.js'
import { FailureTable, QueueTable, RunningTable } from './job-tables.js'
import { CANCEL, JOBS, WORKERS } from './jobs-query.js'
import { measureThroughput } from './throughput.js'
import { WorkerTable } from './worker-table.js'

/** Workers report every few seconds; the lists cost twenty times as much. */
const WORKERS_SECONDS = 3
const LISTS_SECONDS = 10

/** What this service trains: the queue, the workers, how fast it goes, and why something waits. */
export function JobsPage() {
  const { query, path, route } = useLocation()
  const dataset = query.dataset || null
  const [attempt, askAgain] = useState(0)
  const [message, setMessage] = useState('')
  const workers = useQuery(WORKERS, {}, { repeatSeconds: WORKERS_SECONDS, attempt })
  const lists = useQuery(JOBS, { dataset }, { repeatSeconds: LISTS_SECONDS, attempt })
  const cancel = async (id: string) => {
    try {
      const { cancelTraining } = await ask(CANCEL, { id })
      const job = cancelTraining?.job
      setMessage(job ? `${job.expression} with seed ${job.seed} is cancelled.` : '')
    } catch (error) {
      setMessage((error as Error).message)
    }
    askAgain((count) => count + 1)
  }
  const onCancel = apiKey.value === '' ? null : (id: string) => void cancel(id)
  const connected = workers.data?.service.workers
  const { running, queued, succeeded, failed, datasets } = lists.data ?? {}
  return (
    <>
      <section>
        <PageTitle title="Jobs" />
        <p class="subtitle">Trainings that somebody requested, and the workers that run them.</p>
        <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Which jobs">
          <DatasetChoice
            datasets={datasets?.nodes ?? []}
            value={dataset}
            onChange={(name) => route(changeAddress(path, query, { dataset: name }))}
          />
        </form>
        <QueryStatus state={lists} />
        {lists.error !== null && dataset !== null && <a href={path}>All jobs</a>}
        {running && queued && succeeded && failed && (
          <Figures
            running={running.totalCount}
            queued={queued.totalCount}
            failed={failed.totalCount}
            succeeded={succeeded}
          />
        )}
      </section>
      <section aria-labelledby="workers-title">
        <h2 id="workers-title">Workers</h2>
        <QueryStatus state={workers} />
        {connected?.length === 0 && (
          <p class="quiet">No worker is connected, so nothing is trained. The command `actbench worker` starts one.</p>
        )}
        {connected && connected.length > 0 && <WorkerTable workers={connected} />}
      </section>
      {running && running.nodes.length > 0 && (
        <section aria-labelledby="running-title">
          <h2 id="running-title">Trained now</h2>
          <RunningTable jobs={running.nodes} onCancel={onCancel} />
        </section>
      )}
      <section aria-labelledby="queue-title">
        <h2 id="queue-title">Queue</h2>
        {queued?.totalCount === 0 && <p class="quiet">No training waits.</p>}
        {queued && queued.nodes.length > 0 && (
          <>
            <QueueTable jobs={[...queued.nodes].reverse()} onCancel={onCancel} />
            {queued.totalCount > queued.nodes.length && (
              <p class="quiet small">
                These are the oldest {queued.nodes.length} of {formatCount(queued.totalCount)}.
              </p>
            )}
          </>
        )}
      </section>
      {failed && failed.nodes.length > 0 && (
        <section aria-labelledby="failed-title">
          <h2 id="failed-title">Failed last</h2>
          <FailureTable jobs={failed.nodes} />
        </section>
      )}
      <section aria-labelledby="cancel-title">
        <h2 id="cancel-title">Cancel a job</h2>
        <p class="quiet">The key that requested a training may cancel it, and so may a key with the scope ADMIN.</p>
        <KeyForm />
        <p role="status" class="cancelled">
          {message}
        </p>
      </section>
    </>
  )
}

interface FiguresProps {
  readonly running: number
  readonly queued: number
  readonly failed: number
  readonly succeeded: {
    readonly totalCount: number
    readonly nodes: readonly { readonly startedAt: string | null; readonly finishedAt: string | null }[]
  }
}

function Figures({ running, queued, failed, succeeded }: FiguresProps) {
  const { perHour, seconds } = measureThroughput(succeeded.nodes, succeeded.totalCount, Date.now())
  const pace = perHour === null ? 0 : perHour
  const figures = [
    ['Running', formatCount(running)],
    ['Waiting', formatCount(queued)],
    ['Trained in an hour', formatNumber(pace, pace < 10 ? 1 : 0)],
    ['One training', seconds === null ? '–' : formatDuration(seconds)],
    ['Queue lasts', pace === 0 || queued === 0 ? '–' : formatDuration((queued / pace) * 3600)],
    ['Trained', formatCount(succeeded.totalCount)],
    ['Failed', formatCount(failed)],
  ]
  return (
    <dl class="numbers">
      {figures.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
