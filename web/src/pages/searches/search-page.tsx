import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/client.js'
import { FunctionLink } from '../../components/function-link.js'
import { KeyForm } from '../../components/key-form.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { RelativeTime } from '../../components/relative-time.js'
import { changeAddress } from '../../language/addresses.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { SearchChart } from './search-chart.js'
import type { SearchDetails, SearchHead } from './search-query.js'
import { ALGORITHMS, END_REASONS, nameSearch, pickKey, SEARCH_STATES, SUGGESTION_STATES } from './search-words.js'
import { StateSelect } from './state-select.js'
import { LeaseTable, SuggestionTable } from './suggestion-table.js'
import { useSearch } from './use-search.js'

const ROWS = 50
/** More would cost over 2,000 units on a first visit. */
const MOST_ROWS = 120

/** Each search has a page of its own, so that nothing of the search before is shown. */
export function SearchPage({ id = '' }: { id?: string }) {
  return <SearchView key={id} id={id} />
}

function SearchView({ id }: { id: string }) {
  const { query, path, route } = useLocation()
  const chosen = pickKey(SUGGESTION_STATES, query.state)
  const rows = query.rows === String(MOST_ROWS) ? MOST_ROWS : ROWS
  const state = useSearch(id, chosen, rows)
  const search = state.data?.search
  if (!search) {
    const isUnknown = state.data !== null || state.error instanceof ApiError
    return (
      <section>
        <PageTitle title="Search" />
        {state.data === null ? (
          <QueryStatus state={state} />
        ) : (
          <p class="notice" role="alert">
            There is no such search. It may have been deleted.
          </p>
        )}
        {isUnknown && <a href="/searches">All searches</a>}
      </section>
    )
  }
  const head = state.head ?? search
  const known = search.dataset.statistics.maximum
  const showsRegret = query.show === 'regret' && known !== null
  const { leased, suggestions } = search
  return (
    <>
      <SearchSummary search={search} head={head} known={known} />
      <QueryStatus state={state} />
      <section aria-labelledby="curve-title">
        <h2 id="curve-title">{showsRegret ? 'Regret' : 'Best so far'}</h2>
        {known !== null && search.history.length > 0 && (
          <fieldset class="choices" aria-label="What the curve shows">
            {[null, 'regret'].map((show) => (
              <button
                key={show}
                type="button"
                aria-pressed={showsRegret === (show !== null)}
                onClick={() => route(changeAddress(path, query, { show }), true)}
              >
                {show === null ? 'Best so far' : 'Regret'}
              </button>
            ))}
          </fieldset>
        )}
        {search.history.length === 0 ? (
          <p class="quiet">No suggestion is completed yet.</p>
        ) : (
          <>
            <SearchChart history={search.history} budget={search.budget} known={known} showsRegret={showsRegret} />
            <p class="quiet small">
              A dot is a completed suggestion; bad ones lie on the edge.{' '}
              {known !== null && `The dashed line is the best of the dataset, ${formatPercent(known)}%.`}
              {showsRegret && ' Regret is the distance to it, in percentage points.'}
            </p>
          </>
        )}
      </section>
      {(leased.totalCount > 0 || head.state === 'ACTIVE') && (
        <section aria-labelledby="leases-title">
          <h2 id="leases-title">Evaluated now</h2>
          {leased.totalCount === 0 ? (
            <p class="quiet">Nobody evaluates a suggestion at the moment.</p>
          ) : (
            <>
              <LeaseTable suggestions={leased.nodes} />
              <details class="names">
                <summary>Names of the clients</summary>
                <p class="quiet small">Only the key that created the search, or one with the scope ADMIN, sees them.</p>
                <KeyForm />
              </details>
            </>
          )}
          {leased.totalCount > leased.nodes.length && (
            <p class="quiet small">
              These are the first {leased.nodes.length} of {formatCount(leased.totalCount)}.
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="suggestions-title">
        <h2 id="suggestions-title">Suggestions</h2>
        <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Which suggestions">
          <StateSelect
            titles={SUGGESTION_STATES}
            chosen={chosen}
            onChoose={(state) => route(changeAddress(path, query, { state }), true)}
          />
        </form>
        <p class="quiet count" role="status">
          {suggestions.totalCount > suggestions.nodes.length && `The newest ${suggestions.nodes.length} of `}
          {formatCount(suggestions.totalCount)} {suggestions.totalCount === 1 ? 'suggestion' : 'suggestions'}
        </p>
        {suggestions.nodes.length > 0 && <SuggestionTable suggestions={suggestions.nodes} />}
        {suggestions.totalCount > rows && rows < MOST_ROWS && (
          <p class="pager">
            <button type="button" onClick={() => route(changeAddress(path, query, { rows: String(MOST_ROWS) }), true)}>
              Show {MOST_ROWS}
            </button>
          </p>
        )}
      </section>
    </>
  )
}

function describeReplayed({ replayValue, replaySeed }: Pick<SearchDetails, 'replayValue' | 'replaySeed'>): string {
  if (replayValue === 'SEED') return `stored runs with seed ${replaySeed}`
  return REPLAYED[replayValue]
}

const REPLAYED = {
  MEDIAN: 'stored measurements',
  MEAN: 'means of stored runs',
  BEST: 'the best stored runs',
  RANDOM: 'stored runs, one drawn of each function',
}

interface SearchSummaryProps {
  readonly search: SearchDetails
  readonly head: SearchHead
  readonly known: number | null
}

function SearchSummary({ search, head, known }: SearchSummaryProps) {
  const best = head.best?.validationAccuracy ?? null
  return (
    <section>
      <PageTitle title={nameSearch(search)} />
      <p class="subtitle">
        {ALGORITHMS[search.algorithm]} in <a href={`/datasets/${search.dataset.name}`}>{search.dataset.title}</a>
        {search.replay && ` · benchmark on ${describeReplayed(search)}`} · seed {search.seed} · begun{' '}
        <RelativeTime time={search.createdAt} />
      </p>
      <p class="search-state" role="status">
        <span class="state" data-state={head.state}>
          {SEARCH_STATES[head.state]}
        </span>{' '}
        {head.endReason !== null && END_REASONS[head.endReason]}
        {head.endReason === null && head.waitingFor !== null && `It suggests nothing now: ${head.waitingFor}.`}
      </p>
      <dl class="numbers">
        <div>
          <dt>Completed</dt>
          <dd>
            {formatCount(head.completed)} <small>of {formatCount(head.budget)}</small>
          </dd>
        </div>
        <div>
          <dt>Failed</dt>
          <dd>{formatCount(head.failed)}</dd>
        </div>
        <div>
          <dt>Best</dt>
          <dd>{best === null ? '–' : `${formatPercent(best)}%`}</dd>
        </div>
        {known !== null && best !== null && (
          <div>
            <dt>Regret</dt>
            <dd>
              {formatPercent(known - best)} <small>points</small>
            </dd>
          </div>
        )}
      </dl>
      {head.best && <FunctionLink expression={head.best.expression} />}
      <details class="description">
        <summary>Shapes of its functions</summary>
        <ul class="spellings">
          {search.schemas.map((schema) => (
            <li key={schema}>
              <code>{schema}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}
