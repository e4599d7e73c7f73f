import { baseType, type Schema, type SchemaField } from './read-schema.js'

export interface QuerySuggestion {
  readonly label: string
  /** What takes the place of the word at the cursor. */
  readonly text: string
  readonly detail: string
}

export interface QueryCompletion {
  /** Where the word at the cursor begins. */
  readonly from: number
  readonly suggestions: readonly QuerySuggestion[]
}

/** What the cursor is in: a selection of fields of `type`, the arguments or the input fields `args`, a list of values. */
interface Frame {
  readonly kind: 'document' | 'selection' | 'arguments' | 'list' | 'variables'
  readonly type: string
  readonly args: readonly SchemaField[]
  /** The last field or argument in this frame. */
  last: SchemaField | null
  /** The type of the selection that begins next. */
  next: string | null
}

const TOKEN = /"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*(?:"|$)?|#[^\n]*|\.\.\.|[A-Za-z_]\w*|-?\d[\w.+-]*|\S/g
const ROOTS: Readonly<Record<string, string>> = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }

/** What can stand at the cursor of a query that is being typed. The query may be wrong anywhere. */
export function completeQuery(schema: Schema, text: string, cursor: number): QueryCompletion {
  const word = /[A-Za-z_]\w*$/.exec(text.slice(0, cursor))?.[0] ?? ''
  const from = cursor - word.length
  const before = text.slice(0, from)
  const tokens = before.match(TOKEN) ?? []
  const last = tokens.at(-1) ?? ''
  const isInText =
    /^(?:#|"""|")/.test(last) && before.endsWith(last) && !/^("""|")[\s\S]*\1$/.test(last.length > 1 ? last : '')
  if (isInText || last === '$') return { from, suggestions: [] }
  const frame = findFrame(schema, tokens)
  const start = word.toLowerCase()
  const suggestions = listCandidates(schema, frame, tokens)
    .filter(({ label }) => label.toLowerCase().includes(start) && label !== word)
    .sort((a, b) => Number(b.label.toLowerCase().startsWith(start)) - Number(a.label.toLowerCase().startsWith(start)))
  return { from, suggestions }
}

function findFrame(schema: Schema, tokens: readonly string[]): Frame {
  const open = (kind: Frame['kind'], type = '', args: readonly SchemaField[] = [], last: SchemaField | null = null) => {
    frames.push({ kind, type, args, last, next: null })
  }
  const frames: Frame[] = []
  open('document')
  tokens.forEach((token, index) => {
    const frame = frames[frames.length - 1]
    const previous = tokens[index - 1] ?? ''
    const lastType = baseType(frame.last?.type ?? '')
    if (token === '{') {
      if (frame.kind === 'document' || frame.kind === 'selection') {
        open('selection', frame.next ?? (frame.kind === 'document' ? 'Query' : lastType))
        frame.next = null
      } else open('arguments', lastType, [...(schema.get(lastType)?.fields.values() ?? [])])
    } else if (token === '(') {
      if (frame.kind === 'document') open('variables')
      else open('arguments', '', frame.last?.args ?? [])
    } else if (token === '[') open('list', '', frame.args, frame.last)
    else if (token === '}' || token === ')' || token === ']') {
      if (frames.length > 1) frames.pop()
    } else if (/^[A-Za-z_]/.test(token) && previous !== '$' && previous !== '@')
      readName(schema, frame, token, previous)
  })
  return frames[frames.length - 1]
}

function readName(schema: Schema, frame: Frame, name: string, previous: string): void {
  if (frame.kind === 'document') {
    if (previous === 'on') frame.next = name
    else if (ROOTS[name] !== undefined && (previous === '' || previous === '}')) frame.next = ROOTS[name]
  } else if (frame.kind === 'selection') {
    if (previous === 'on') frame.next = name
    else if (previous !== '...') frame.last = schema.get(frame.type)?.fields.get(name) ?? null
  } else if (frame.kind === 'arguments' && previous !== ':') {
    frame.last = frame.args.find((each) => each.name === name) ?? null
  }
}

function listCandidates(schema: Schema, frame: Frame, tokens: readonly string[]): QuerySuggestion[] {
  const previous = tokens.at(-1) ?? ''
  if (previous === '@') return ['include', 'skip'].map((name) => plain(name, 'directive'))
  if (previous === 'on') return namesOf(schema, ['type', 'interface', 'union'])
  if (frame.kind === 'variables')
    return previous === ':' || previous === '[' ? namesOf(schema, ['input', 'enum', 'scalar'], BUILT_IN) : []
  if (frame.kind === 'document') {
    const isStart = previous === '' || previous === '}' || previous.startsWith('#')
    return isStart ? [...Object.keys(ROOTS), 'fragment'].map((name) => plain(name, '')) : []
  }
  if (frame.kind === 'selection') {
    if (previous === '...') return [plain('on', 'a type'), ...listFragments(tokens)]
    const fields = [...(schema.get(frame.type)?.fields.values() ?? [])]
    return [...fields.map((field) => plain(field.name, field.type)), plain('__typename', 'String!')]
  }
  if (frame.kind === 'list' || previous === ':') return listValues(schema, frame.last)
  return frame.args.map(({ name, type }) => ({ label: name, text: `${name}: `, detail: type }))
}

const BUILT_IN = ['String', 'Int', 'Float', 'Boolean', 'ID']

function namesOf(schema: Schema, kinds: readonly string[], more: readonly string[] = []): QuerySuggestion[] {
  const types = [...schema.values()].filter(({ kind }) => kinds.includes(kind))
  return [...more.map((name) => plain(name, 'scalar')), ...types.map(({ name, kind }) => plain(name, kind))]
}

function listFragments(tokens: readonly string[]): QuerySuggestion[] {
  return tokens.flatMap((token, index) => (tokens[index - 1] === 'fragment' ? [plain(token, 'fragment')] : []))
}

function listValues(schema: Schema, argument: SchemaField | null): QuerySuggestion[] {
  const type = schema.get(baseType(argument?.type ?? ''))
  if (baseType(argument?.type ?? '') === 'Boolean') return ['true', 'false'].map((name) => plain(name, 'Boolean'))
  return type?.kind === 'enum' ? [...type.fields.values()].map(({ name }) => plain(name, type.name)) : []
}

function plain(name: string, detail: string): QuerySuggestion {
  return { label: name, text: name, detail }
}
