import { useState } from 'preact/hooks'
import { baseType, type Schema, type SchemaField } from './read-schema.js'

const ROOTS = ['Query', 'Mutation', 'Subscription']
const MAX_FOUND = 40

/** Everything that one can ask for: types, their fields, and a search for both. */
export function SchemaPanel({ schema }: { schema: Schema }) {
  const [path, setPath] = useState<readonly string[]>(['Query'])
  const [wanted, setWanted] = useState('')
  const type = schema.get(path[path.length - 1])
  const open = (name: string) => {
    setPath([...path, name])
    setWanted('')
  }
  const found = wanted.trim() === '' ? null : search(schema, wanted.trim().toLowerCase())
  return (
    <section class="schema-panel" aria-labelledby="schema-title">
      <h2 id="schema-title">Schema</h2>
      <p class="schema-roots">
        {ROOTS.filter((name) => schema.has(name)).map((name) => (
          <button key={name} type="button" onClick={() => setPath([name])} aria-pressed={path[0] === name}>
            {name}
          </button>
        ))}
        <a href="/schema.graphql">as text</a>
      </p>
      <label>
        Search types and fields
        <input type="search" value={wanted} onInput={({ currentTarget }) => setWanted(currentTarget.value)} />
      </label>
      {found && (
        <ul class="schema-found">
          {found.map(({ owner, name }) => (
            <li key={`${owner}.${name}`}>
              <button type="button" class="type-link" onClick={() => open(owner)}>
                {name === '' ? owner : `${owner}.${name}`}
              </button>
            </li>
          ))}
        </ul>
      )}
      {!found && type && (
        <>
          <h3>
            {path.length > 1 && (
              <button
                type="button"
                onClick={() => setPath(path.slice(0, -1))}
                aria-label={`Back to ${path[path.length - 2]}`}
              >
                ←
              </button>
            )}{' '}
            <code>{type.name}</code> <span class="quiet">{type.kind}</span>
          </h3>
          {type.about && <p>{type.about}</p>}
          <dl>
            {[...type.fields.values()].map((field) => (
              <Field key={field.name} field={field} schema={schema} onOpen={open} />
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

interface FieldProps {
  readonly field: SchemaField
  readonly schema: Schema
  onOpen(name: string): void
}

function Field({ field, ...rest }: FieldProps) {
  return (
    <>
      <dt>
        <code>{field.name}</code> <TypeLink type={field.type} {...rest} />
      </dt>
      <dd>
        {field.about}
        {field.args.length > 0 && (
          <ul>
            {field.args.map((each) => (
              <li key={each.name}>
                <code>{each.name}</code> <TypeLink type={each.type} {...rest} /> {each.about}
              </li>
            ))}
          </ul>
        )}
      </dd>
    </>
  )
}

function TypeLink({ type, schema, onOpen }: { type: string } & Omit<FieldProps, 'field'>) {
  const name = baseType(type)
  if (!schema.has(name)) return <code>{type}</code>
  return (
    <button type="button" class="type-link" onClick={() => onOpen(name)}>
      {type}
    </button>
  )
}

function search(schema: Schema, wanted: string): { owner: string; name: string }[] {
  const all = [...schema.values()].flatMap((type) => [
    { owner: type.name, name: '' },
    ...[...type.fields.values()].map(({ name }) => ({ owner: type.name, name })),
  ])
  return all.filter(({ owner, name }) => (name || owner).toLowerCase().includes(wanted)).slice(0, MAX_FOUND)
}
