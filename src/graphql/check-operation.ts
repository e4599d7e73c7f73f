import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from 'graphql'
import { ActbenchError } from '../errors.js'
import { refuseInput } from './bounds.js'

/** Fields within fields that an operation may ask for. */
export const MAX_DEPTH = 16
/** What GraphiQL asks to learn the schema is 13 deep. */
export const MAX_INTROSPECTION_DEPTH = 20
/** Tokens of a document: an expression is one token, however long. */
export const MAX_TOKENS = 4000

/**
 * Refuses a valid document that no client needs: fields nested too deep (QUERY_TOO_COMPLEX), or texts in it or among its
 * variables that PostgreSQL cannot store, NUL characters and lone surrogates (BAD_USER_INPUT that names the argument).
 */
export function checkOperation(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
) {
  checkDepth(document)
  checkLiterals(document)
  for (const [name, value] of Object.entries(variables ?? {})) checkTexts(name === 'input' ? '' : name, value)
}

function checkDepth(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  // A fragment is measured once, however often it is spread: validation has refused cycles.
  const depths = new Map<string, { fields: number; introspection: number }>()
  const measure = (selectionSet: SelectionSetNode): { fields: number; introspection: number } => {
    let [fields, introspection] = [0, 0]
    for (const selection of selectionSet.selections) {
      const inner = measureSelection(selection)
      fields = Math.max(fields, inner.fields)
      introspection = Math.max(introspection, inner.introspection)
    }
    return { fields, introspection }
  }
  const measureSelection = (selection: SelectionSetNode['selections'][number]) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return measure(selection.selectionSet)
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value
      const known = depths.get(name)
      if (known) return known
      const fragment = fragments.get(name)
      const measured = fragment ? measure(fragment.selectionSet) : { fields: 0, introspection: 0 }
      depths.set(name, measured)
      return measured
    }
    const inner = selection.selectionSet ? measure(selection.selectionSet) : { fields: 0, introspection: 0 }
    const deepest = Math.max(inner.fields, inner.introspection) + 1
    return /^__(schema|type)$/.test(selection.name.value)
      ? { fields: 1, introspection: deepest }
      : { fields: inner.fields + 1, introspection: inner.introspection && inner.introspection + 1 }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const { fields, introspection } = measure(definition.selectionSet)
    refuseDepth(fields, MAX_DEPTH)
    refuseDepth(introspection, MAX_INTROSPECTION_DEPTH)
  }
}

function refuseDepth(cost: number, limit: number): void {
  if (cost <= limit) return
  throw new ActbenchError('QUERY_TOO_COMPLEX', `fields are nested ${cost} deep; at most ${limit} are allowed`, {
    cost,
    limit,
  })
}

const UNSTORABLE = /[\0\p{Surrogate}]/u

function checkLiterals(document: DocumentNode): void {
  const path: string[] = []
  visit(document, {
    Argument: { enter: (node) => void path.push(node.name.value), leave: () => void path.pop() },
    ObjectField: { enter: (node) => void path.push(node.name.value), leave: () => void path.pop() },
    StringValue: (node) => checkTexts(path.filter((name) => name !== 'input').join('.'), node.value),
  })
}

function checkTexts(argument: string, value: unknown): void {
  if (typeof value === 'string') {
    if (!UNSTORABLE.test(value)) return
    refuseInput(argument, 'a text of Unicode characters other than NUL', value.replace(/[\0\p{Surrogate}]/gu, '\ufffd'))
  } else if (Array.isArray(value)) {
    for (const each of value) checkTexts(argument, each)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) checkTexts(argument ? `${argument}.${name}` : name, each)
  }
}
