/** A field, an argument, a field of an input type, or a value of an enum (which has no type). */
export interface SchemaField {
  readonly name: string
  readonly type: string
  readonly about: string
  readonly args: readonly SchemaField[]
}

export interface SchemaType {
  readonly name: string
  readonly kind: string
  readonly about: string
  readonly fields: ReadonlyMap<string, SchemaField>
}

export type Schema = ReadonlyMap<string, SchemaType>

const TOKEN = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[A-Za-z_]\w*|-?\d[\w.]*|\S/g
const KINDS = new Set(['type', 'input', 'interface', 'enum', 'scalar', 'union'])
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Reads a schema as the service prints it: names, types and descriptions. */
export function readSchema(text: string): Schema {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !token.startsWith('#'))
  const types = new Map<string, SchemaType>()
  let at = 0

  const readAbout = () => (tokens[at]?.startsWith('"') ? toText(tokens[at++]) : '')
  const skipBlock = () => {
    const end = CLOSING[tokens[at]]
    at += 1
    if (end === undefined) return
    while (at < tokens.length && tokens[at] !== end) skipBlock()
    at += 1
  }
  const skipDirectives = () => {
    while (tokens[at] === '@') {
      at += 2
      if (tokens[at] === '(') skipBlock()
    }
  }
  const readType = (): string => {
    let type = tokens[at++]
    if (type === '[') {
      type += `${readType()}]`
      at += 1
    }
    return tokens[at] === '!' ? `${type}${tokens[at++]}` : type
  }
  const readFields = (): SchemaField[] => {
    const end = CLOSING[tokens[at++]]
    const fields: SchemaField[] = []
    while (at < tokens.length && tokens[at] !== end) {
      const about = readAbout()
      const name = tokens[at++]
      const args = tokens[at] === '(' ? readFields() : []
      let type = ''
      if (tokens[at] === ':') {
        at += 1
        type = readType()
      }
      if (tokens[at] === '=') {
        at += 1
        skipBlock()
      }
      skipDirectives()
      fields.push({ name, type, about, args })
    }
    at += 1
    return fields
  }

  while (at < tokens.length) {
    const about = readAbout()
    const kind = tokens[at++]
    if (kind === undefined || !KINDS.has(kind)) continue
    const name = tokens[at++]
    while (at < tokens.length && tokens[at] !== '{' && !tokens[at].startsWith('"') && !KINDS.has(tokens[at])) at += 1
    const fields = tokens[at] === '{' ? readFields() : []
    types.set(name, { name, kind, about, fields: new Map(fields.map((field) => [field.name, field])) })
  }
  return types
}

/** The name in a type such as `[Evaluation!]!`. */
export function baseType(type: string): string {
  return type.replace(/[[\]!]/g, '')
}

function toText(token: string): string {
  return token
    .replace(/^"{1,3}|"{1,3}$/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
