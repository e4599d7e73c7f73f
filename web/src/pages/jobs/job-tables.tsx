import type { ComponentChildren } from 'preact'
import { FunctionLink } from '../../components/function-link.js'
import { RelativeTime } from '../../components/relative-time.js'
import { WideTable } from '../../components/wide-table.js'
import type { FailedJob, QueuedJob, RunningJob } from './jobs-query.js'

interface CancelProps {
  /** Null without a key. */
  readonly onCancel: ((id: string) => void) | null
}

export function RunningTable({ jobs, onCancel }: { jobs: readonly RunningJob[] } & CancelProps) {
  return (
    <JobTable titleId="running-title" columns={['Progress', 'Started', 'Device']} hasCancel={onCancel !== null}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} onCancel={onCancel}>
          <td>
            <progress class="short" value={job.progress} max={1} aria-label={`Progress of ${job.expression}`} />{' '}
            {Math.round(100 * job.progress)}%
            {job.expectedEndAt && (
              <span class="quiet">
                {' '}
                ends <RelativeTime time={job.expectedEndAt} />
              </span>
            )}
          </td>
          <td>
            {job.startedAt && <RelativeTime time={job.startedAt} />}
            {job.attempts > 1 && <span class="quiet"> attempt {job.attempts}</span>}
          </td>
          <td class="quiet">{job.device ?? 'not known'}</td>
        </JobRow>
      ))}
    </JobTable>
  )
}

export function QueueTable({ jobs, onCancel }: { jobs: readonly QueuedJob[] } & CancelProps) {
  return (
    <JobTable titleId="queue-title" columns={['Ahead', 'Why it waits', 'Requested']} hasCancel={onCancel !== null}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} onCancel={onCancel}>
          <td>{job.queuePosition ?? '–'}</td>
          <td class="reason">{job.waitingFor ?? 'it is about to start'}</td>
          <td>
            <RelativeTime time={job.createdAt} />
          </td>
        </JobRow>
      ))}
    </JobTable>
  )
}

export function FailureTable({ jobs }: { jobs: readonly FailedJob[] }) {
  return (
    <JobTable titleId="failed-title" columns={['Failed', 'Why']} hasCancel={false}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} onCancel={null}>
          <td>{job.finishedAt && <RelativeTime time={job.finishedAt} />}</td>
          <td class="reason">{job.failure}</td>
        </JobRow>
      ))}
    </JobTable>
  )
}

interface JobTableProps {
  readonly titleId: string
  readonly columns: readonly string[]
  readonly hasCancel: boolean
  readonly children: ComponentChildren
}

function JobTable({ titleId, columns, hasCancel, children }: JobTableProps) {
  return (
    <WideTable
      title={{ id: titleId }}
      columns={['Function', 'Dataset', 'Seed', ...columns, ...(hasCancel ? [<span class="hidden">Cancel</span>] : [])]}
    >
      {children}
    </WideTable>
  )
}

interface JobRowProps extends CancelProps {
  readonly job: Pick<QueuedJob, 'id' | 'expression' | 'seed' | 'dataset'>
  readonly children: ComponentChildren
}

function JobRow({ job: { id, expression, seed, dataset }, onCancel, children }: JobRowProps) {
  return (
    <tr data-job={id}>
      <th scope="row">
        <FunctionLink expression={expression} />
      </th>
      <td>
        <a href={`/datasets/${dataset.name}`}>{dataset.title}</a>
      </td>
      <td>{seed}</td>
      {children}
      {onCancel && (
        <td>
          <button
            type="button"
            class="small-button"
            aria-label={`Cancel ${expression}, seed ${seed}`}
            onClick={() => onCancel(id)}
          >
            Cancel
          </button>
        </td>
      )}
    </tr>
  )
}
