import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/client.js'
import type { ResultOf } from '../../api/graphql.js'
import { subscribe } from '../../api/subscribe.js'
import { useQuery } from '../../api/use-query.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { changeAddress } from '../../language/addresses.js'
import { formatCount } from '../../language/numbers.js'
import { joinPredictions, type PredictedFunction } from './calibration.js'
import { CalibrationPlot } from './calibration-plot.js'
import { PartTable, WorstTable } from './error-tables.js'
import { RefitForm } from './refit-form.js'
import { PREDICTED, SURROGATE_CHANGES, type SurrogateVersion, VERSIONS } from './surrogate-query.js'
import { nameAlgorithm, VersionTable } from './version-table.js'

/** Rows from each end of the list, so that a first visit stays below 2,000 units. */
const FIRST_ROWS = 400
const MOST_ROWS = 5000
const FITTING_SECONDS = 1

/** Each dataset has a page of its own, so that nothing of the dataset before is shown. */
export function SurrogatePage({ name = '' }: { name?: string }) {
  return <SurrogateView key={name} name={name} />
}

function SurrogateView({ name }: { name: string }) {
  const { query, path } = useLocation()
  const [attempt, askAgain] = useState(0)
  const [isFitting, setFitting] = useState(false)
  const state = useQuery(VERSIONS, { name }, { attempt, repeatSeconds: isFitting ? FITTING_SECONDS : null })
  const dataset = state.data?.dataset
  const versions = dataset?.surrogates.nodes ?? []
  // A change of the state comes with an event, but not the progress.
  const hasProgress = versions.some((each) => each.state === 'FITTING')
  useEffect(() => setFitting(hasProgress), [hasProgress])
  useSurrogateChanges(name, state.data === null ? null : versions, () => askAgain((count) => count + 1))
  const best = dataset?.surrogate?.version ?? null
  const asked = /^[1-9]\d{0,8}$/.test(query.version ?? '') ? Number(query.version) : null
  const version = asked ?? best
  const addressOf = (next: number) => changeAddress(path, query, { version: String(next) })
  if (!dataset) {
    const isUnknown = state.error instanceof ApiError && state.error.code === 'NOT_FOUND'
    return (
      <section>
        <PageTitle title={`Surrogate of ${name}`} />
        <QueryStatus state={state} />
        {isUnknown && <a href="/">All datasets</a>}
      </section>
    )
  }
  const current = versions.find((each) => each.version === version)
  return (
    <>
      <section>
        <PageTitle title={`Surrogate of ${dataset.title}`} />
        <p class="subtitle">
          It predicts the accuracy of functions that nobody has trained in{' '}
          <a href={`/datasets/${dataset.name}`}>{dataset.title}</a>.
          {current && ` This is version ${current.version}: ${nameAlgorithm(current)}`}
          {current?.trainedOn != null && `, fitted on ${formatCount(current.trainedOn)} functions`}
          {current && '.'}
        </p>
        <QueryStatus state={state} />
      </section>
      {version === null ? (
        <section>
          <p class="quiet">No surrogate is ready yet.</p>
        </section>
      ) : (
        <Calibration key={version} name={name} title={dataset.title} version={version} />
      )}
      <section aria-labelledby="versions-title">
        <h2 id="versions-title">Quality by version</h2>
        {versions.length === 0 ? (
          <p class="quiet">Nobody has fitted one.</p>
        ) : (
          <>
            <VersionTable versions={versions} shown={version} best={best} addressOf={addressOf} />
            <p class="quiet small">
              Measured by cross-validation during the fit; of an uploaded one, by what was measured before, which its
              client could know. Searches and predictions use the best fitted one.
            </p>
          </>
        )}
      </section>
      <section aria-labelledby="refit-title">
        <h2 id="refit-title">Fit it again</h2>
        <RefitForm
          dataset={name}
          versions={versions}
          addressOf={addressOf}
          onRequest={() => askAgain((count) => count + 1)}
        />
      </section>
    </>
  )
}

/** Calls back when a surrogate of a dataset is in another state than in the list. */
function useSurrogateChanges(name: string, versions: readonly SurrogateVersion[] | null, onChange: () => void): void {
  const listed = useRef(versions)
  listed.current = versions
  const isThere = versions !== null
  useEffect(() => {
    if (!isThere) return
    return subscribe({
      operation: SURROGATE_CHANGES,
      variables: () => ({ name }),
      onResult({ surrogateUpdated: { version, state } }) {
        if (listed.current?.find((each) => each.version === version)?.state !== state) onChange()
      },
    })
  }, [name, isThere])
}

function Calibration({ name, title, version }: { name: string; title: string; version: number }) {
  const [rows, setRows] = useState(FIRST_ROWS)
  const state = useQuery(PREDICTED, { name, version, rows })
  const surrogate = state.data?.dataset?.surrogate
  const functions = useMemo(
    () => (surrogate ? joinPredictions(surrogate.highest.nodes, surrogate.lowest.nodes) : []),
    [surrogate],
  )
  if (!surrogate || functions.length === 0) {
    return (
      <section>
        <QueryStatus state={state} />
        {state.data && <p class="quiet">Version {version} predicts no function that was measured.</p>}
      </section>
    )
  }
  const total = surrogate.highest.totalCount
  return (
    <>
      <section aria-labelledby="calibration-title">
        <h2 id="calibration-title">Predicted against measured</h2>
        <QueryStatus state={state} />
        <CalibrationPlot functions={functions} parts={surrogate.parts} dataset={title} />
        {rows < MOST_ROWS && total > 2 * rows && (
          <p class="pager">
            The dots are the {formatCount(rows)} highest and the {formatCount(rows)} lowest of {formatCount(total)}{' '}
            predictions; the line and the tables are about all of them.{' '}
            <button type="button" onClick={() => setRows(Math.min(MOST_ROWS, Math.ceil(total / 2)))}>
              Load {formatCount(Math.min(total, 2 * MOST_ROWS))}
            </button>
          </p>
        )}
        <p class="quiet small">The prediction of a measured function comes only from the other functions.</p>
      </section>
      <Weaknesses surrogate={surrogate} />
    </>
  )
}

type Predicted = NonNullable<NonNullable<ResultOf<typeof PREDICTED>['dataset']>['surrogate']>

/** What the surrogate predicts badly, among all functions that were measured at the time of the fit. */
function Weaknesses({ surrogate: { quality, quarters, errorsByOperator, largestErrors } }: { surrogate: Predicted }) {
  // Fits of version 0.4.0 and older have no quarters of cross-validation.
  const held = quality?.quarters ?? []
  const worst = largestErrors.filter((row): row is PredictedFunction => row.measured !== null)
  return (
    <>
      <section aria-labelledby="quarters-title">
        <h2 id="quarters-title">Coverage by quarter</h2>
        <PartTable titleId="quarters-title" title="Functions" parts={held.length > 0 ? held : quarters} hasRange />
        <p class="quiet small">
          {held.length > 0
            ? 'By cross-validation: no function of a fold, nor a scaled twin of it, was known to the fit that predicted it.'
            : 'By the predictions that leave out only the function itself.'}
        </p>
      </section>
      <section aria-labelledby="worst-title">
        <h2 id="worst-title">Largest errors</h2>
        <WorstTable functions={worst} />
      </section>
      {errorsByOperator.length > 0 && (
        <section aria-labelledby="operators-title">
          <h2 id="operators-title">Operators that it predicts worst</h2>
          <PartTable titleId="operators-title" title="Operator" parts={errorsByOperator} />
        </section>
      )}
    </>
  )
}
