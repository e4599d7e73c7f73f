import { useRef } from 'preact/hooks'
import { useQuery } from '../../api/use-query.js'
import { CopyButton } from '../../components/copy-button.js'
import { QueryStatus } from '../../components/query-status.js'
import { useInView } from '../../components/use-in-view.js'
import { formatCount, formatDate } from '../../language/numbers.js'
import { SnapshotDetails } from './snapshot-details.js'
import { type ListedSnapshot, type ListedVerification, SNAPSHOTS } from './snapshot-query.js'

const FORMATS = ['jsonl', 'csv', 'parquet', 'bib']

/** States of the dataset that people can cite, and whether its runs were repeated. */
export function Snapshots({ name }: { name: string }) {
  const element = useRef<HTMLElement>(null)
  const isInView = useInView(element)
  const state = useQuery(SNAPSHOTS, { name }, { isPaused: !isInView })
  const dataset = state.data?.dataset
  return (
    <section aria-labelledby="snapshots-title" ref={element} class="snapshots">
      <h2 id="snapshots-title">Snapshots</h2>
      <p class="quiet small">
        A snapshot never changes, so you can cite it. <a href={`/datasets/${name}/changes.atom`}>Feed of changes</a>
      </p>
      {isInView && <QueryStatus state={state} />}
      {dataset && (
        <>
          {dataset.snapshots.nodes.length === 0 && <p>This dataset has no snapshot yet.</p>}
          <ul class="snapshot-list">
            {dataset.snapshots.nodes.map((snapshot) => (
              <SnapshotItem key={snapshot.name} dataset={name} snapshot={snapshot} />
            ))}
          </ul>
          {dataset.verifications.map((verification) => (
            <VerificationLine key={verification.createdAt} verification={verification} />
          ))}
        </>
      )}
    </section>
  )
}

function SnapshotItem({ dataset, snapshot }: { dataset: string; snapshot: ListedSnapshot }) {
  const { name, createdAt, evaluationCount, runCount, checksum, citation, deletedAt, deletionReason } = snapshot
  const { previousName, added, removed, changed } = snapshot
  return (
    <li>
      <h3>{name}</h3>
      <p>
        {formatDate(createdAt)} · {formatCount(evaluationCount)} functions · {formatCount(runCount)} runs
        {previousName !== null && ` · since ${previousName}: ${added} added, ${removed} removed, ${changed} changed`}
      </p>
      <p class="quiet small checksum">
        SHA-256 <code>{checksum}</code>
      </p>
      {deletedAt ? (
        <p class="notice">
          Deleted on {formatDate(deletedAt)}: {deletionReason}
        </p>
      ) : (
        <>
          <p class="snapshot-files">
            <span>
              Cite as BibTeX{' '}
              <CopyButton text={citation} label={`Copy the reference of the snapshot ${name} as BibTeX`} />
            </span>
            {FORMATS.map((format) => (
              <a key={format} href={`/export/${dataset}@${name}.${format}`} aria-label={`${name} as ${format}`}>
                {format}
              </a>
            ))}
          </p>
          <SnapshotDetails dataset={dataset} name={name} />
        </>
      )}
    </li>
  )
}

/** When somebody trained runs of the dataset again, where, and how many were equal. */
function VerificationLine({ verification }: { verification: ListedVerification }) {
  const { createdAt, datasetVersion, runs, identical, close, different, failed, backend, device } = verification
  const others = Object.entries({ 'within the tolerance': close, different, failed }).filter(([, count]) => count > 0)
  return (
    <p class="verification">
      <strong>Repeated on {formatDate(createdAt)}:</strong> of {formatCount(runs)} runs of version {datasetVersion},{' '}
      {formatCount(identical)} were identical to the last bit
      {others.map(([what, count]) => `, ${formatCount(count)} ${what}`)}
      {backend !== null && ` (${backend}${device === null ? '' : `, ${device}`})`}.
    </p>
  )
}
