import { useEffect, useState } from 'preact/hooks'
import { KeyForm } from '../../components/key-form.js'
import { PageTitle } from '../../components/page-title.js'
import { EXAMPLES } from './examples.js'
import { listOperations } from './operations.js'
import { QueryText } from './query-text.js'
import { readSchema, type Schema } from './read-schema.js'
import { readSaved, save } from './saved-query.js'
import { SchemaPanel } from './schema-panel.js'
import { useRun } from './use-run.js'

const SAVE_DELAY_MILLISECONDS = 300
const NO_SCHEMA: Schema = new Map()

/** An editor for queries. The query is in the address. */
export function EditorPage() {
  const [{ query, variables }, setDraft] = useState(() => readSaved() ?? { query: EXAMPLES[0].query, variables: '' })
  const [chosen, setChosen] = useState('')
  const { state, run, stop, fail } = useRun()
  const schema = useSchema()
  const operations = listOperations(query)
  const operation = operations.find(({ name }) => name === chosen) ?? operations[0]

  useEffect(() => {
    const timer = setTimeout(() => save({ query, variables }), SAVE_DELAY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [query, variables])
  useEffect(() => stop, [])

  const start = () => {
    const read = readVariables(variables)
    if (read === undefined) return fail('Variables: expected a JSON object, such as {"dataset": "mini-cnn"}')
    save({ query, variables })
    const isSubscription = operation?.type === 'subscription'
    void run({ query, variables: read, operationName: operation?.name ?? null, isSubscription })
  }
  const showExample = (event: { currentTarget: HTMLSelectElement }) => {
    const example = EXAMPLES[Number(event.currentTarget.value)]
    if (example) setDraft({ query: example.query, variables: example.variables ?? '' })
  }
  return (
    <>
      <PageTitle title="Query editor" />
      <div class="editor-bar">
        <label>
          Examples
          <select onChange={showExample}>
            <option value="">Choose one</option>
            {EXAMPLES.map(({ title }, index) => (
              <option key={title} value={index}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {operations.length > 1 && (
          <label>
            Operation
            <select value={operation?.name ?? ''} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              {operations.map(({ type, name }) => (
                <option key={name} value={name ?? ''}>
                  {type} {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit" class="run" onClick={start} aria-keyshortcuts="Control+Enter">
          Run
        </button>
        {state.isRunning && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
        <span class="quiet" role="status">
          {state.about || 'Ctrl-Enter runs, Ctrl-Space completes'}
        </span>
      </div>
      <div class="editor">
        <div>
          <QueryText
            schema={schema}
            text={query}
            onText={(text) => setDraft({ query: text, variables })}
            onRun={start}
          />
          <label class="variables">
            Variables, as JSON
            <textarea
              rows={4}
              spellcheck={false}
              value={variables}
              onInput={({ currentTarget }) => setDraft({ query, variables: currentTarget.value })}
            />
          </label>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long answers scroll, also with the keyboard. */}
        <section class="answer" tabIndex={0} aria-label="Answer">
          <pre>{state.text}</pre>
        </section>
      </div>
      <details class="editor-key">
        <summary>API key, for mutations</summary>
        <KeyForm />
      </details>
      <SchemaPanel schema={schema} />
      <p class="quiet">
        The same with all of GraphiQL, 2.4 MB: <a href="/graphiql">/graphiql</a>
      </p>
    </>
  )
}

/** The published schema; empty until it is there, or if it does not come. */
function useSchema(): Schema {
  const [schema, setSchema] = useState(NO_SCHEMA)
  useEffect(() => {
    const controller = new AbortController()
    fetch('/schema.graphql', { signal: controller.signal })
      .then((response) => (response.ok ? response.text() : ''))
      .then((text) => setSchema(readSchema(text)))
      .catch(() => {})
    return () => controller.abort()
  }, [])
  return schema
}

/** The variables; null without any, and undefined if the text is not a JSON object. */
function readVariables(text: string): object | null | undefined {
  if (text.trim() === '') return null
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
