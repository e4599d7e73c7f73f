import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

const ROOTS = { queries: 'Query', mutations: 'Mutation', subscriptions: 'Subscription' }
const KINDS = [
  ['Types', isObjectType],
  ['Inputs', isInputObjectType],
  ['Enums', isEnumType],
  ['Interfaces', isInterfaceType],
  ['Unions', isUnionType],
  ['Scalars', isScalarType],
]

/** The reference of the API: a list of `{ path, text }`, one page for each type and each kind of operation. */
export function createApiPages(schema) {
  const types = listTypes(schema)
  return [
    { path: 'api/index.md', text: formatIndex(types) },
    ...Object.entries(ROOTS).map(([name, root]) => ({
      path: `api/${name}.md`,
      text: `# ${capitalise(name)}\n\n${formatFields(schema.getType(root))}`,
    })),
    ...types.map((type) => ({ path: `api/${type.name}.md`, text: formatType(schema, type) })),
  ]
}

/** The sidebar of these pages. */
export function createApiSidebar(schema) {
  const types = listTypes(schema)
  return [
    { text: 'API', items: [{ text: 'Overview', link: '/api/' }, ...Object.keys(ROOTS).map(toItem)] },
    ...KINDS.map(([text, isKind]) => ({
      text,
      collapsed: text !== 'Types',
      items: types.filter(isKind).map(({ name }) => toItem(name)),
    })).filter(({ items }) => items.length > 0),
  ]
}

function toItem(name) {
  return { text: name in ROOTS ? capitalise(name) : name, link: `/api/${name}` }
}

function listTypes(schema) {
  const roots = Object.values(ROOTS)
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__') && !roots.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function formatIndex(types) {
  const kinds = KINDS.map(([title, isKind]) => [title, types.filter(isKind)]).filter(([, found]) => found.length > 0)
  return [
    '# API',
    'Send operations to `POST /graphql`, subscriptions to `/graphql/ws`. [Limits](../docs/limits.md) says what one request may',
    'ask for, and [Errors](../docs/errors.md) what each code means.',
    '',
    ...Object.keys(ROOTS).map((name) => `- [${capitalise(name)}](${name}.md)`),
    ...kinds.map(([title, found]) => `\n## ${title}\n\n${found.map((type) => `- ${describeLine(type)}`).join('\n')}`),
  ].join('\n')
}

function describeLine(type) {
  const [first] = (type.description ?? '').split(/(?<=\.)\s/)
  return `[${type.name}](${type.name}.md): ${escapeMarkup(first)}`
}

function formatType(schema, type) {
  const parts = [`# ${type.name}`, escapeMarkup(type.description ?? '')]
  if (isEnumType(type)) {
    const rows = type.getValues().map(({ name, description }) => `| \`${name}\` | ${toCell(description)} |`)
    parts.push(`| value | meaning |\n| --- | --- |\n${rows.join('\n')}`)
  } else if (isUnionType(type)) parts.push(`One of ${type.getTypes().map(link).join(', ')}.`)
  else if (!isScalarType(type)) parts.push(formatFields(type))
  if (isInterfaceType(type)) parts.push(`Implemented by ${schema.getPossibleTypes(type).map(link).join(', ')}.`)
  const users = listUsers(schema, type)
  if (users.length > 0) parts.push(`## Used by\n\n${users.map((user) => `- ${user}`).join('\n')}`)
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

function formatFields(type) {
  const fields = Object.values(type.getFields())
  return `## Fields\n\n${fields.map((field) => `### ${field.name} {#${field.name}}\n\n${formatField(field)}`).join('\n\n')}\n`
}

function formatField({ type, description, args = [], defaultValue }) {
  const initial = defaultValue === undefined ? '' : `, default \`${JSON.stringify(defaultValue)}\``
  const rows = args.map(
    (arg) =>
      `| \`${arg.name}\` | ${formatReference(arg.type)} | ${arg.defaultValue === undefined ? '' : `\`${JSON.stringify(arg.defaultValue)}\``} | ${toCell(arg.description)} |`,
  )
  const table =
    rows.length > 0 ? `| argument | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}` : ''
  return [`${formatReference(type)}${initial}`, escapeMarkup(description ?? ''), table].filter(Boolean).join('\n\n')
}

/** `[Evaluation!]!` with a link around the name of the type. */
function formatReference(type) {
  const { name } = getNamedType(type)
  const [before, after] = String(type).split(name)
  return `${before.replace('[', '\\[')}[${name}](${name}.md)${after.replace(/\]/g, '\\]')}`
}

function listUsers(schema, type) {
  const found = []
  for (const other of Object.values(schema.getTypeMap())) {
    if (other.name.startsWith('__') || !other.getFields) continue
    const page = Object.entries(ROOTS).find(([, root]) => root === other.name)?.[0] ?? other.name
    for (const { name, type: fieldType, args = [] } of Object.values(other.getFields())) {
      if ([fieldType, ...args.map((arg) => arg.type)].some((used) => getNamedType(used) === type)) {
        found.push(`[${page}.${name}](${page}.md#${name})`)
      }
    }
  }
  return found
}

function link({ name }) {
  return `[${name}](${name}.md)`
}

function toCell(description) {
  return escapeMarkup(description ?? '')
    .replace(/\n/g, ' ')
    .replace(/\|/g, '\\|')
}

/** Descriptions are plain text: what Markdown or Vue would take for markup outside of code is escaped. */
function escapeMarkup(text) {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[<{*_[\]]/g, (sign) => `&#${sign.charCodeAt(0)};`)))
    .join('')
}

function capitalise(text) {
  return text[0].toUpperCase() + text.slice(1)
}
