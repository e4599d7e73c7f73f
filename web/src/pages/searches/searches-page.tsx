import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/client.js'
import { useQuery } from '../../api/use-query.js'
import { DatasetChoice } from '../../components/dataset-choice.js'
import { FunctionLink } from '../../components/function-link.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { RelativeTime } from '../../components/relative-time.js'
import { WideTable } from '../../components/wide-table.js'
import { changeAddress } from '../../language/addresses.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { ALGORITHMS, nameSearch, pickKey, SEARCH_STATES, searchAddress } from './search-words.js'
import { type ListedSearch, SEARCHES } from './searches-query.js'
import { StateSelect } from './state-select.js'

const ROWS = 40
const REPEAT_SECONDS = 10

/** All searches, newest first. */
export function SearchesPage() {
  const { query, path, route } = useLocation()
  const dataset = query.dataset || null
  const chosen = pickKey(SEARCH_STATES, query.state)
  const after = query.after || null
  const state = useQuery(SEARCHES, { dataset, state: chosen, first: ROWS, after }, { repeatSeconds: REPEAT_SECONDS })
  const { searches, datasets } = state.data ?? {}
  const go = (change: Readonly<Record<string, string | null>>) => route(changeAddress(path, query, change))
  return (
    <>
      <section>
        <PageTitle title="Searches" />
        <p class="subtitle">
          A search suggests which function to train next. Clients and this service train it and report what they
          measured.
        </p>
      </section>
      <section aria-label="All searches">
        <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Which searches">
          <DatasetChoice
            datasets={datasets?.nodes ?? []}
            value={dataset}
            onChange={(name) => go({ dataset: name, after: null })}
          />
          <StateSelect titles={SEARCH_STATES} chosen={chosen} onChoose={(state) => go({ state, after: null })} />
        </form>
        <QueryStatus state={state} />
        {state.error instanceof ApiError && (dataset !== null || after !== null) && <a href={path}>All searches</a>}
        {searches && (
          <>
            <p class="quiet count" role="status">
              {formatCount(searches.totalCount)} {searches.totalCount === 1 ? 'search' : 'searches'}
            </p>
            {searches.nodes.length > 0 && <SearchTable searches={searches.nodes} />}
            <p class="pager">
              {after !== null && <a href={changeAddress(path, query, { after: null })}>Newest</a>}
              {searches.pageInfo.hasNextPage && (
                <a href={changeAddress(path, query, { after: searches.pageInfo.endCursor })}>Older</a>
              )}
            </p>
          </>
        )}
      </section>
    </>
  )
}

function SearchTable({ searches }: { searches: readonly ListedSearch[] }) {
  return (
    <WideTable
      title={{ label: 'Searches' }}
      columns={[
        'Search',
        'State',
        'Dataset',
        'Algorithm',
        'Budget',
        { numeric: 'Best, %' },
        'Best function',
        'Created',
      ]}
      kind="searches"
    >
      {searches.map((search) => (
        <tr key={search.id}>
          <th scope="row">
            <a href={searchAddress(search.id)}>{nameSearch(search)}</a>
            {search.replay && (
              <>
                {' '}
                <span class="tag">benchmark</span>
              </>
            )}
          </th>
          <td>
            <span class="state" data-state={search.state}>
              {SEARCH_STATES[search.state]}
            </span>
          </td>
          <td>
            <a href={`/datasets/${search.dataset.name}`}>{search.dataset.title}</a>
          </td>
          <td>{ALGORITHMS[search.algorithm]}</td>
          <td class="budget">
            <progress class="short" value={search.completed} max={search.budget} aria-label="Budget used" />{' '}
            {formatCount(search.completed)} of {formatCount(search.budget)}
          </td>
          <td class="number">
            <strong>{formatPercent(search.best?.validationAccuracy)}</strong>
          </td>
          <td>{search.best && <FunctionLink expression={search.best.expression} />}</td>
          <td class="quiet">
            <RelativeTime time={search.createdAt} />
          </td>
        </tr>
      ))}
    </WideTable>
  )
}
