// Writes src/generated/ from schema.graphql and from the operations of the service and of this client: documents with the types
// of their results and variables, by gql.tada as in web/, and facts of the schema for caches.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import ts from 'typescript'

const folder = dirname(fileURLToPath(import.meta.url))
const root = resolve(folder, '../..')
const HEAD = '// Written by scripts/emit-schema.mjs from schema.graphql and the operations.\n'
/** Mutations without an idempotency key that do no harm if they are done twice: docs/decisions/0009-repeatable-mutations.md. */
const REPEATABLE = ['cancelTraining', 'renewLease', 'revokeApiKey', 'stopSearch', 'suggest']
const PAGE_ARGUMENTS = ['first', 'after']

/** The generated files: their paths from the root of the project, and their texts. `introspection` is the type of the schema. */
export function generateClient(schema, introspection) {
  const documents = readDocuments(schema)
  const types = inferTypes(documents, introspection)
  const place = 'clients/typescript/src/generated'
  return {
    [`${place}/documents.ts`]: printDocuments(documents, types),
    [`${place}/schema.ts`]: printSchemaFacts(schema),
  }
}

function readDocuments(schema) {
  return ['operations', 'clients/typescript/operations'].flatMap((name) =>
    readdirSync(join(root, name))
      .filter((file) => file.endsWith('.graphql'))
      .sort()
      .map((file) => readDocument(schema, join(root, name, file))),
  )
}

function readDocument(schema, file) {
  const source = readFileSync(file, 'utf8')
  const written = parse(source, { noLocation: true })
  const [problem] = validate(schema, written)
  if (problem) throw new Error(`${file}: ${problem.message}`)
  const document = addIds(schema, written)
  const [{ name, operation }] = document.definitions
  const kind = operation[0].toUpperCase() + operation.slice(1)
  return { name: name.value, kind, text: print(document), document, comment: /^# (.*)$/m.exec(source)[1] }
}

/** Asks for the id of each object that has one: caches recognise objects by it. */
function addIds(schema, document) {
  const types = new TypeInfo(schema)
  const enter = (node) => {
    const hasId = isObjectType(types.getParentType()) && types.getParentType().getFields().id
    const isAsked = node.selections.some(({ name, alias }) => name?.value === 'id' && !alias)
    if (!hasId || isAsked) return undefined
    const id = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'id' } }
    return { ...node, selections: [id, ...node.selections] }
  }
  return visit(document, visitWithTypeInfo(types, { SelectionSet: { enter } }))
}

/** The types of the result and the variables of each document, as texts. This takes seconds, so the last ones are kept. */
function inferTypes(documents, introspection) {
  const kept = join(root, 'build/client-types.json')
  const inputs = [ts.version, readFileSync(join(root, 'web/package.json')), introspection, JSON.stringify(documents)]
  const stamp = createHash('sha256').update(inputs.join()).digest('hex')
  try {
    const found = JSON.parse(readFileSync(kept, 'utf8'))
    if (found.stamp === stamp) return new Map(found.types)
  } catch {
    // Nothing is kept yet.
  }
  const types = inferFresh(documents, introspection)
  mkdirSync(dirname(kept), { recursive: true })
  writeFileSync(kept, JSON.stringify({ stamp, types: [...types] }))
  return types
}

function inferFresh(documents, introspection) {
  const file = join(root, 'web/src/api/operations-of-the-client.ts')
  const lines = documents.map(({ name, text }) => {
    const query = `const ${name} = graphql(${JSON.stringify(text)})`
    return `${query}\nexport type ${name}Result = ResultOf<typeof ${name}>\nexport type ${name}Variables = VariablesOf<typeof ${name}>`
  })
  const virtual = new Map([
    [
      file,
      [
        "import type { ResultOf, VariablesOf } from 'gql.tada'",
        "import { graphql } from './graphql.js'",
        ...lines,
      ].join('\n'),
    ],
    [join(root, 'web/src/api/schema-types.d.ts'), introspection],
  ])
  const { config } = ts.readConfigFile(join(root, 'web/tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'web'))
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = (name) => virtual.get(resolve(name)) ?? readFile(name)
  host.fileExists = (name) => virtual.has(resolve(name)) || fileExists(name)
  const getSourceFile = host.getSourceFile
  host.getSourceFile = (name, ...rest) =>
    virtual.has(resolve(name))
      ? ts.createSourceFile(name, virtual.get(resolve(name)), ...rest)
      : getSourceFile(name, ...rest)
  const program = ts.createProgram(
    [file],
    { ...options, incremental: false, tsBuildInfoFile: undefined, lib: ['lib.es2023.d.ts'] },
    host,
  )
  const source = program.getSourceFile(file)
  return printTypes(program.getTypeChecker(), source)
}

function printTypes(checker, source) {
  const flags =
    ts.NodeBuilderFlags.NoTruncation |
    ts.NodeBuilderFlags.InTypeAlias |
    ts.NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope
  const printer = ts.createPrinter({ removeComments: true })
  const texts = new Map()
  for (const statement of source.statements) {
    if (!ts.isTypeAliasDeclaration(statement)) continue
    const node = checker.typeToTypeNode(checker.getTypeAtLocation(statement.name), undefined, flags)
    if (node.kind !== ts.SyntaxKind.TypeLiteral)
      throw new Error(`${statement.name.text}: gql.tada knows no type for it`)
    texts.set(statement.name.text, printer.printNode(ts.EmitHint.Unspecified, node, source).replaceAll('    ', '  '))
  }
  return texts
}

function printDocuments(documents, types) {
  const parts = documents.map(({ name, kind, text, document, comment }) => {
    const hash = createHash('sha256').update(text).digest('hex')
    return `export type ${name}${kind} = ${types.get(`${name}Result`)}
export type ${name}${kind}Variables = ${types.get(`${name}Variables`)}
/** ${comment} */
export const ${name}Document: TypedDocument<${name}${kind}, ${name}${kind}Variables> = /* @__PURE__ */ toDocument(
  ${JSON.stringify(text)},
  '${hash}',
  ${JSON.stringify(removeEmpty(document).definitions)},
)
`
  })
  return `${HEAD}import { type TypedDocument, toDocument } from '../document.js'\n\n${parts.join('\n')}`
}

/** Without the empty lists, which no client reads. */
function removeEmpty(document) {
  return visit(document, {
    enter: (node) =>
      Object.fromEntries(Object.entries(node).filter(([, value]) => !(Array.isArray(value) && value.length === 0))),
  })
}

function printSchemaFacts(schema) {
  const all = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const objects = all.filter((type) => isObjectType(type) && !roots.includes(type))
  const fields = [...objects, ...roots].flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ type, field, result: getNamedType(field.type) })),
  )
  const isConnection = ({ name }) => name.endsWith('Connection')
  const keyless = objects.filter((type) => !type.getFields().id)
  const merged = {}
  for (const { type, field, result } of fields) {
    const isSingle = !isListType(getNullableType(field.type)) && isObjectType(result) && !isConnection(result)
    const isOfQuery = type === schema.getQueryType()
    if (!isSingle || keyless.includes(type) || (roots.includes(type) && !isOfQuery)) continue
    // The arguments of a query say which object it is. An object of another one may be replaced by another one.
    if (!keyless.includes(result) && !isOfQuery) continue
    merged[type.name] ??= []
    merged[type.name].push(field.name)
  }
  const connections = {}
  for (const { type, field } of fields.filter(({ result }) => isConnection(result))) {
    connections[type.name] ??= {}
    connections[type.name][field.name] = field.args
      .map(({ name }) => name)
      .filter((name) => !PAGE_ARGUMENTS.includes(name))
  }
  const mutations = Object.values(schema.getMutationType().getFields())
  const keyed = mutations.filter(({ args }) =>
    args.some(
      ({ name, type }) =>
        name === 'input' && isInputObjectType(getNamedType(type)) && getNamedType(type).getFields().idempotencyKey,
    ),
  )
  const names = (types) => types.map(({ name }) => name)
  const facts = {
    POSSIBLE_TYPES: [
      'The object types of each interface and union, as Apollo Client and urql take them.',
      Object.fromEntries(all.filter(isAbstractType).map((type) => [type.name, names(schema.getPossibleTypes(type))])),
      'Readonly<Record<string, readonly string[]>>',
    ],
    CONNECTIONS: [
      'The fields with pages: their arguments besides `first` and `after`, which make another list.',
      connections,
      'Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>',
    ],
    KEYLESS_TYPES: ['Types without an id: their objects belong to the object that has them.', names(keyless)],
    MERGED_FIELDS: [
      'Fields whose object is always the same or has no id. The results of queries for different parts of it are joined.',
      merged,
      'Readonly<Record<string, readonly string[]>>',
    ],
    KEYED_MUTATIONS: ['Mutations whose input takes an idempotency key.', names(keyed)],
    REPEATABLE_MUTATIONS: ['Mutations without a key that do no harm if they are done twice.', REPEATABLE],
    SUBSCRIPTIONS_SINCE: [
      'Subscriptions that send what changed since a time, instead of the current state.',
      names(
        Object.values(schema.getSubscriptionType().getFields()).filter(({ args }) =>
          args.some(({ name }) => name === 'since'),
        ),
      ),
    ],
    ERROR_CODES: ['The codes of errors.', names(schema.getType('ErrorCode').getValues())],
  }
  const texts = Object.entries(facts).map(([name, [comment, value, type = 'readonly string[]']]) => {
    const suffix = name === 'ERROR_CODES' ? ' as const' : ''
    const annotation = name === 'ERROR_CODES' ? '' : `: ${type}`
    return `/** ${comment} */\nexport const ${name}${annotation} = ${JSON.stringify(value, null, 2)}${suffix}\n`
  })
  return `${HEAD}\n${texts.join('\n')}`
}
