import { FunctionLink } from '../../components/function-link.js'
import { RelativeTime } from '../../components/relative-time.js'
import { WideTable } from '../../components/wide-table.js'
import { formatCount } from '../../language/numbers.js'
import type { ListedWorker } from './jobs-query.js'

const MEGABYTE = 1e6
const TASKS: Readonly<Record<string, string>> = {
  train_activation: 'trains a function',
  update_surrogate: 'fits a surrogate',
  compute_spectra: 'computes spectra',
}

/** The workers that are connected, and what each of them does. */
export function WorkerTable({ workers }: { workers: readonly ListedWorker[] }) {
  return (
    <WideTable
      title={{ id: 'workers-title' }}
      columns={[
        'Worker',
        'Now',
        'Progress',
        { numeric: 'Pictures a second' },
        { numeric: 'Memory' },
        'Device',
        'Trains',
        'Seen',
      ]}
      kind="workers"
    >
      {workers.map((worker) => (
        <tr key={worker.id}>
          <th scope="row">{worker.host}</th>
          <td>
            <CurrentTask worker={worker} />
          </td>
          <td>
            {worker.currentJob && (
              <>
                <progress class="short" value={worker.currentJob.progress} max={1} aria-label="Progress" />{' '}
                {Math.round(100 * worker.currentJob.progress)}%
              </>
            )}
          </td>
          <td class="number">
            {worker.imagesPerSecond === null ? '–' : formatCount(Math.round(worker.imagesPerSecond))}
          </td>
          <td class="number">
            {worker.memoryBytes === null ? '–' : `${formatCount(Math.round(worker.memoryBytes / MEGABYTE))} MB`}
          </td>
          <td class="reason">
            {worker.device} <span class="quiet">{worker.backend}</span>
          </td>
          <td class="reason">{worker.datasets.join(', ') || 'nothing'}</td>
          <td class="quiet">
            <RelativeTime time={worker.lastSeenAt} />
          </td>
        </tr>
      ))}
    </WideTable>
  )
}

function CurrentTask({ worker: { currentJob, task, taskSince } }: { worker: ListedWorker }) {
  if (currentJob !== null) return <FunctionLink expression={currentJob.expression} />
  if (task === null) return <span class="quiet">idle</span>
  return (
    <>
      {TASKS[task] ?? task.replaceAll('_', ' ')}{' '}
      {taskSince && (
        <span class="quiet">
          since <RelativeTime time={taskSince} />
        </span>
      )}
    </>
  )
}
