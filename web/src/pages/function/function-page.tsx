import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { useQuery } from '../../api/use-query.js'
import { ExpressionField } from '../../components/expression-field.js'
import { ExpressionText } from '../../components/expression-text.js'
import { PageTitle } from '../../components/page-title.js'
import { Plot } from '../../components/plot.js'
import { QueryStatus } from '../../components/query-status.js'
import { functionAddress, toCanonical } from '../../language/read-expression.js'
import { FunctionCode } from './function-code.js'
import { FunctionFacts } from './function-facts.js'
import { FUNCTION, PREDICTIONS } from './function-query.js'
import { FunctionResults } from './function-results.js'
import { LearningCurves } from './learning-curves.js'
import { Neighbours } from './neighbours.js'
import { Spectrum } from './spectrum.js'
import { TrainFunction } from './train-function.js'

const REACHES = [2, 5, 10]

/** Each function has a page of its own, so that nothing of the function before is shown. */
export function FunctionPage({ expression = '' }: { expression?: string }) {
  return <FunctionView key={expression} expression={expression} />
}

function FunctionView({ expression }: { expression: string }) {
  const { route } = useLocation()
  const [text, setText] = useState(expression)
  const [reach, setReach] = useState(5)
  const drawn = toCanonical(expression)
  const [trainings, setTrainings] = useState(0)
  const state = useQuery(FUNCTION, { expression }, { attempt: trainings })
  const predictions = useQuery(PREDICTIONS, { expression }, { allowPartial: true, isPaused: drawn === null })
  const activation = state.data?.activation ?? null
  const datasets = predictions.data?.datasets.nodes ?? []
  const total = predictions.data?.datasets.totalCount ?? 0
  const trainable = datasets.filter(({ trainable: isTrainable }) => isTrainable)
  return (
    <>
      <section class="hero">
        <div>
          <PageTitle title={expression}>{activation?.names[0] ?? <ExpressionText text={expression} />}</PageTitle>
          <p class="subtitle">
            {activation?.names[0] && <code>{activation.expression}</code>}
            {activation && activation.names.length > 1 && ` also ${activation.names.slice(1).join(', ')}`}
          </p>
          <QueryStatus state={state} />
          {activation && <FunctionFacts activation={activation} />}
        </div>
        {drawn !== null && (
          <div>
            <Plot expression={drawn} reach={reach} />
            <fieldset class="choices" aria-label="Part of the curve">
              {REACHES.map((each) => (
                <button key={each} type="button" aria-pressed={each === reach} onClick={() => setReach(each)}>
                  ±{each}
                </button>
              ))}
            </fieldset>
          </div>
        )}
      </section>
      <section class="narrow">
        <ExpressionField
          label="Another function"
          text={text}
          onText={setText}
          onSubmit={(next) => route(functionAddress(next))}
          submitLabel="Look it up"
        />
      </section>
      {activation && drawn !== null && (
        <>
          <section aria-labelledby="results-title">
            <h2 id="results-title">Results</h2>
            <p class="links">
              <a href={`/compare?f=${encodeURIComponent(drawn)}`}>Compare it with other functions</a>
              {datasets.map(({ name, title, surrogate }) =>
                surrogate ? (
                  <a key={name} href={`/datasets/${name}/map?f=${encodeURIComponent(drawn)}`}>
                    On the map of {title}
                  </a>
                ) : null,
              )}
            </p>
            <FunctionResults expression={expression} evaluations={activation.evaluations} predicted={datasets} />
            {total > datasets.length && (
              <p class="quiet small">
                Predictions are those of the first {datasets.length} of {total} datasets. The pages of the others have
                them too.
              </p>
            )}
          </section>
          <section aria-labelledby="code-title">
            <h2 id="code-title">Code</h2>
            <FunctionCode expression={drawn} />
          </section>
          {trainable.length > 0 && activation.isFinite && (
            <section aria-labelledby="train-title">
              <h2 id="train-title">Train it</h2>
              <TrainFunction
                expression={expression}
                datasets={trainable}
                onTrained={() => setTrainings((count) => count + 1)}
              />
            </section>
          )}
          {activation.evaluations.length > 0 && <LearningCurves expression={expression} trainings={trainings} />}
          {activation.isFinite && <Neighbours expression={expression} />}
          {datasets.length > 0 && activation.isFinite && <Spectrum expression={expression} datasets={datasets} />}
        </>
      )}
    </>
  )
}
