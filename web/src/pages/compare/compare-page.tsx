import { useMemo, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { useQuery } from '../../api/use-query.js'
import { ExpressionField } from '../../components/expression-field.js'
import { ExpressionText } from '../../components/expression-text.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { functionAddress, toCanonical } from '../../language/read-expression.js'
import { compareAddress, MOST_COMPARED, readCompared } from './compare-address.js'
import { COMPARE, DATASETS } from './compare-query.js'
import { CompareTable } from './compare-table.js'
import { CurvesPlot } from './curves-plot.js'
import { KeyLine } from './key-line.js'
import { useDifferences } from './use-differences.js'

const REACHES = [2, 5, 10]
const START = ['relu(x)', 'swish(x)', 'tanh(x)']

/** Functions next to each other: their curves, and their results in each dataset. */
export function ComparePage() {
  const { url, route } = useLocation()
  const given = useMemo(() => readCompared(url), [url])
  const [text, setText] = useState('')
  const [reach, setReach] = useState(5)
  const drawn = useMemo(() => given.map(toCanonical), [given])
  const expressions = useMemo(() => drawn.filter((each) => each !== null), [drawn])
  const datasets = useQuery(DATASETS, {})
  const nodes = datasets.data?.datasets.nodes ?? []
  const state = useQuery(
    COMPARE,
    { expressions, datasets: nodes.map(({ name }) => name) },
    { isPaused: expressions.length === 0 || nodes.length === 0 },
  )
  // The columns of an answer to an earlier address would not be those of this one.
  const compared = state.data?.compare.length === expressions.length ? state.data.compare : []
  const differences = useDifferences(expressions, compared, nodes.length)
  const set = (functions: readonly string[]) => route(compareAddress(functions), true)
  const isFull = given.length >= MOST_COMPARED
  return (
    <>
      <section>
        <PageTitle title="Compare functions" />
        {given.length === 0 && (
          <p class="subtitle">
            Add functions one by one, or begin with <a href={compareAddress(START)}>ReLU, SiLU and tanh</a>.
          </p>
        )}
        <ul class="compared-functions">
          {given.map((each, index) => (
            <li key={each}>
              <KeyLine kind={expressions.indexOf(drawn[index] ?? '')} />
              {drawn[index] === null ? (
                <span>
                  <code>{each}</code> <span class="bad">is not an expression</span>
                </span>
              ) : (
                <a href={functionAddress(each)}>
                  <ExpressionText text={each} />
                </a>
              )}
              <button
                type="button"
                class="remove"
                aria-label={`Remove ${each}`}
                onClick={() => set(given.filter((other) => other !== each))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        {isFull ? (
          <p class="quiet small">At most {MOST_COMPARED} functions are compared. Remove one to add another.</p>
        ) : (
          <div class="narrow">
            <ExpressionField
              label="Add a function"
              text={text}
              onText={setText}
              onSubmit={(expression) => {
                setText('')
                set([...given, expression])
              }}
              submitLabel="Add"
            />
          </div>
        )}
      </section>
      {expressions.length > 0 && (
        <>
          <section aria-labelledby="curves-title">
            <h2 id="curves-title">Curves</h2>
            <CurvesPlot expressions={expressions} reach={reach} />
            <fieldset class="choices" aria-label="Part of the curves">
              {REACHES.map((each) => (
                <button key={each} type="button" aria-pressed={each === reach} onClick={() => setReach(each)}>
                  ±{each}
                </button>
              ))}
            </fieldset>
          </section>
          <section aria-labelledby="results-title">
            <h2 id="results-title">Results</h2>
            <QueryStatus state={[datasets, state, differences.state].find(({ error }) => error !== null) ?? state} />
            {compared.length > 0 && (
              <CompareTable expressions={expressions} compared={compared} datasets={nodes} differences={differences} />
            )}
            <p class="quiet small note">
              Validation accuracy, and the distance from the best of these functions with its standard error. Two or
              more common seeds are compared pair by pair; otherwise the medians are compared with the noise of the
              dataset. <em>p</em> is the probability of such a distance between equal functions: below 0.05, they
              differ. If you compare more than two, look at the adjusted <em>p</em>, which is corrected for a comparison
              with every function of the dataset. <a href="/docs/noise">How this is computed</a>.
            </p>
          </section>
        </>
      )}
    </>
  )
}
