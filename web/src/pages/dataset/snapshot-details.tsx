import { useState } from 'preact/hooks'
import { useQuery } from '../../api/use-query.js'
import { FunctionLink } from '../../components/function-link.js'
import { QueryStatus } from '../../components/query-status.js'
import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { SNAPSHOT_DETAILS } from './snapshot-query.js'

const KINDS = { ADDED: 'added', REMOVED: 'removed', CHANGED: 'changed' } as const

/** The best functions of a snapshot and what changed since, for whoever opens them. */
export function SnapshotDetails({ dataset: name, name: snapshot }: { dataset: string; name: string }) {
  const [isOpen, setOpen] = useState(false)
  const state = useQuery(SNAPSHOT_DETAILS, { name, snapshot }, { isPaused: !isOpen })
  const dataset = state.data?.dataset
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Leaderboard of {snapshot}, and what changed since</summary>
      {isOpen && <QueryStatus state={state} />}
      {dataset?.snapshot && (
        <WideTable
          title={{ label: `Leaderboard of ${snapshot}` }}
          columns={[{ numeric: 'Rank' }, 'Function', { numeric: 'Validation accuracy' }, { numeric: 'Runs' }]}
        >
          {dataset.snapshot.leaderboard.nodes.map((row) => (
            <tr key={row.expression}>
              <td class="number">{row.rank ?? '–'}</td>
              <td>
                <FunctionLink expression={row.expression} />
              </td>
              <td class="number">{formatPercent(row.validationAccuracy)}%</td>
              <td class="number">{row.runCount}</td>
            </tr>
          ))}
        </WideTable>
      )}
      {dataset && (
        <>
          <p>
            {dataset.changes.totalCount === 0
              ? 'Nothing changed since.'
              : `${formatCount(dataset.changes.totalCount)} ${dataset.changes.totalCount === 1 ? 'evaluation' : 'evaluations'} changed since.`}
          </p>
          <ul>
            {dataset.changes.nodes.map(({ kind, expression, before, after }) => (
              <li key={expression}>
                <code>{expression}</code> {KINDS[kind]}:{' '}
                {[before, after].flatMap((state) => writeAccuracy(state)).join(' → ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  )
}

/** The validation accuracy at one of the two moments; nothing if there was no evaluation. */
function writeAccuracy(state: { readonly validationAccuracy: number | null } | null): string[] {
  if (!state) return []
  return [state.validationAccuracy === null ? 'not measured' : `${formatPercent(state.validationAccuracy)}%`]
}
