import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { useQuery } from '../../api/use-query.js'
import { ExpressionField } from '../../components/expression-field.js'
import { PageTitle } from '../../components/page-title.js'
import { Plot } from '../../components/plot.js'
import { QueryStatus } from '../../components/query-status.js'
import { functionAddress, toCanonical } from '../../language/read-expression.js'
import { DatasetCard } from './dataset-card.js'
import { HOME } from './home-query.js'

const FIRST_EXPRESSION = 'mul(x,sigmoid(x))'

export function HomePage() {
  const home = useQuery(HOME, {})
  const { route, url } = useLocation()
  const [text, setText] = useState('')
  const [shown, setShown] = useState(FIRST_EXPRESSION)
  const type = (next: string) => {
    setText(next)
    const canonical = toCanonical(next)
    if (canonical !== null) setShown(canonical)
  }
  const datasets = home.data?.datasets
  // The browser does this only for a page that it loads, and only before the datasets are there.
  useEffect(() => {
    if (location.hash === '#datasets') document.querySelector('#datasets')?.scrollIntoView()
  }, [url, datasets === undefined])
  return (
    <>
      <section class="hero">
        <div>
          <PageTitle title="actbench">How well does an activation function do?</PageTitle>
          <p class="lead">
            actbench measures activation functions on fixed networks, predicts those that nobody has trained, and
            suggests which to try next.
          </p>
          <ExpressionField
            label="Type a function of x"
            text={text}
            onText={type}
            onSubmit={(expression) => route(functionAddress(expression))}
            submitLabel="Look it up"
            hasPreview={false}
          />
        </div>
        <Plot expression={shown} />
      </section>
      <section id="datasets" aria-labelledby="datasets-title">
        <h2 id="datasets-title">Datasets</h2>
        <QueryStatus state={home} />
        <ul class="cards">
          {datasets?.nodes.map((dataset) => (
            <li key={dataset.name}>
              <DatasetCard dataset={dataset} />
            </li>
          ))}
        </ul>
        {datasets && datasets.totalCount > datasets.nodes.length && (
          <p class="quiet">
            These are the first {datasets.nodes.length} of {datasets.totalCount} datasets. The{' '}
            <a href="/graphql">API</a> has all.
          </p>
        )}
      </section>
    </>
  )
}
