import { RelativeTime } from '../../components/relative-time.js'
import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatNumber, formatPercent } from '../../language/numbers.js'
import { formatDuration } from '../../language/times.js'
import type { SurrogateVersion } from './surrogate-query.js'

/** The algorithms that the service fits. */
export const FITTED_ALGORITHMS = { UMAP_KNN: 'Map and neighbours', GAUSSIAN_PROCESS: 'Gaussian process' } as const
const SURROGATE_ALGORITHMS = { ...FITTED_ALGORITHMS, UPLOADED: 'Uploaded' } as const
const STATES = { QUEUED: 'waits', FITTING: 'is fitted', READY: 'ready', FAILED: 'failed' } as const

interface VersionTableProps {
  readonly versions: readonly SurrogateVersion[]
  readonly shown: number | null
  readonly best: number | null
  addressOf(version: number): string
}

const COLUMNS = [
  ...['Version', 'Algorithm', 'State'],
  ...['Spearman', 'Kendall', 'Mean error, points', 'Top 1% found, %', 'Inside the 90% interval, %', 'Fitted on'].map(
    (numeric) => ({ numeric }),
  ),
  'Fitted',
]

/** How good each fit of the surrogate was, newest first. */
export function VersionTable({ versions, shown, best, addressOf }: VersionTableProps) {
  return (
    <WideTable title={{ id: 'versions-title' }} columns={COLUMNS} kind="versions">
      {versions.map(
        ({ version, algorithm, name, state, failure, progress, quality, trainedOn, fittedAt, fitSeconds }) => (
          <tr key={version} aria-current={version === shown ? 'true' : undefined}>
            <th scope="row">
              {state === 'READY' ? <a href={addressOf(version)}>{version}</a> : version}
              {version === best && <span class="tag">used</span>}
            </th>
            <td>{nameAlgorithm({ algorithm, name })}</td>
            <td class="reason">
              <span class="state" data-state={state}>
                {STATES[state]}
              </span>
              {state === 'FITTING' && (
                <>
                  {' '}
                  <progress class="short" value={progress} max={1} aria-label={`Progress of version ${version}`} />
                </>
              )}
              {failure && <span class="quiet"> {failure}</span>}
            </td>
            <td class="number">{formatCorrelation(quality?.spearman)}</td>
            <td class="number">{formatCorrelation(quality?.kendall)}</td>
            <td class="number">{formatPercent(quality?.meanAbsoluteError)}</td>
            <td class="number">{formatPercent(quality?.topRecall)}</td>
            <td class="number">{formatPercent(quality?.intervalCoverage)}</td>
            <td class="number">{trainedOn === null ? '–' : formatCount(trainedOn)}</td>
            <td class="quiet">
              {fittedAt && <RelativeTime time={fittedAt} />}
              {fitSeconds !== null && ` in ${formatDuration(fitSeconds)}`}
            </td>
          </tr>
        ),
      )}
    </WideTable>
  )
}

/** The algorithm of a surrogate, with the name that a client gave to its own. */
export function nameAlgorithm({ algorithm, name }: Pick<SurrogateVersion, 'algorithm' | 'name'>): string {
  return name === null ? SURROGATE_ALGORITHMS[algorithm] : `${SURROGATE_ALGORITHMS[algorithm]}: ${name}`
}

function formatCorrelation(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatNumber(value)
}
