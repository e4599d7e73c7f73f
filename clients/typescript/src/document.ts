import { printDocument } from './print-document.js'

/**
 * An operation with the types of its result and variables: a parsed document, as Apollo Client and urql take it. Documents of
 * graphql-codegen and gql.tada have this type too. Its parts are not typed, so that no package is needed for them.
 */
export interface TypedDocument<Result = unknown, Variables = unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: the enum of graphql-js takes no literal.
  readonly kind: any
  // biome-ignore lint/suspicious/noExplicitAny: its types are those of graphql-js.
  readonly definitions: any
  // biome-ignore lint/suspicious/noExplicitAny: its types are those of graphql-js.
  readonly loc?: any
  /** Only for types. */
  __apiType?: (variables: Variables) => Result
}

/** The type of the result of a document. */
export type ResultOf<Document> = Document extends TypedDocument<infer Result, never> ? Result : never

/** The type of the variables of a document. */
export type VariablesOf<Document> = Document extends { __apiType?: (variables: infer Variables) => unknown }
  ? Variables
  : never

/** The parts of an operation that a request needs. */
export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly name: string | null
  readonly text: string
  /** The SHA-256 of the text, if it is known. */
  readonly hash: string | null
  /** The fields of the operation with the variables of their arguments. Null if only the text is known. */
  readonly fields: readonly RootField[] | null
}

export interface RootField {
  readonly name: string
  /** Argument -> the variable that is its value. */
  readonly variables: ReadonlyMap<string, string>
}

/** The hashes of the documents of this package. */
const hashes = new WeakMap<object, string>()
const operations = new WeakMap<object, Operation>()

/** A document of this package. Its text is in its location, where graphql-tag has it too. */
export function toDocument<Result, Variables>(
  text: string,
  hash: string,
  definitions: unknown,
): TypedDocument<Result, Variables> {
  const document = {
    kind: 'Document',
    definitions,
    loc: {
      start: 0,
      end: text.length,
      source: { body: text, name: 'actbench', locationOffset: { line: 1, column: 1 } },
    },
  }
  hashes.set(document, hash)
  return document
}

/** Reads a document, or the text of one. */
export function readOperation(document: TypedDocument<never, never> | string): Operation {
  if (typeof document === 'string') return readText(document)
  let operation = operations.get(document)
  if (operation === undefined) {
    operation = readDocument(document)
    operations.set(document, operation)
  }
  return operation
}

function readText(text: string): Operation {
  const [, kind = 'query', name = null] =
    /^(?:[\s,\uFEFF]|#.*)*(query|mutation|subscription)\b(?:[\s,]|#.*)*([_A-Za-z]\w*)?/.exec(text) ?? []
  return { kind: kind as Operation['kind'], name, text, hash: null, fields: null }
}

interface OperationDefinition {
  readonly kind: string
  readonly operation: Operation['kind']
  readonly name?: { readonly value: string }
  readonly selectionSet: { readonly selections: readonly Selection[] }
}

interface Selection {
  readonly kind: string
  readonly name?: { readonly value: string }
  readonly arguments?: readonly {
    readonly name: { readonly value: string }
    readonly value: { readonly kind: string; readonly name?: { readonly value: string } }
  }[]
}

function readDocument(document: TypedDocument<never, never>): Operation {
  const found = (document.definitions as readonly OperationDefinition[]).find(
    ({ kind }) => kind === 'OperationDefinition',
  )
  if (found === undefined) throw new TypeError('document: expected a query, a mutation or a subscription, got none')
  const { selections } = found.selectionSet
  return {
    kind: found.operation,
    name: found.name?.value ?? null,
    text: hashes.has(document) ? document.loc.source.body : printDocument(document),
    hash: hashes.get(document) ?? null,
    fields: selections.every(({ kind }) => kind === 'Field') ? selections.map(readField) : null,
  }
}

function readField({ name, arguments: given = [] }: Selection): RootField {
  const variables = new Map<string, string>()
  for (const { name, value } of given) if (value.kind === 'Variable') variables.set(name.value, value.name?.value ?? '')
  return { name: name?.value ?? '', variables }
}
