import { type ASTNode, type DocumentNode, Kind, type SelectionSetNode } from 'graphql'
import type { Limits } from '../limits.js'
import { assertLimit } from './assert-limit.js'
import { checkTexts } from './check-variables.js'
import { mapFragments } from './selections.js'

/**
 * Throws QUERY_TOO_COMPLEX if a document exceeds a limit, and BAD_USER_INPUT with the argument if PostgreSQL cannot store a
 * text in it. The document need not be valid: this check visits each node once and comes first, because the time of
 * validation grows with the square of these counts.
 */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  countNodes(document, limits)
  measureOperations(document, limits)
}

interface Step {
  readonly node: ASTNode
  /** Number of lists and objects around it. */
  readonly depth: number
  /** The path of the argument around it. */
  readonly path: string
}

/** The counts as an error message names them. */
const COUNTED = {
  fields: 'fields and fragments within selections of the document',
  aliases: 'aliases in the document',
  fragments: 'fragments in the document',
  operations: 'operations in the document',
  directives: 'directives in the document',
  variables: 'variables that the document declares',
} as const

const SELECTIONS: readonly Kind[] = [Kind.FIELD, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT]

function countNodes(document: DocumentNode, limits: Limits): void {
  const counts = { fields: 0, aliases: 0, fragments: 0, operations: 0, directives: 0, variables: 0 }
  const steps: Step[] = [{ node: document, depth: 0, path: '' }]
  for (let step = steps.pop(); step; step = steps.pop()) {
    const { node } = step
    if (SELECTIONS.includes(node.kind)) counts.fields++
    if (node.kind === Kind.FIELD && node.alias) counts.aliases++
    if (node.kind === Kind.FRAGMENT_DEFINITION) counts.fragments++
    if (node.kind === Kind.OPERATION_DEFINITION) counts.operations++
    if (node.kind === Kind.DIRECTIVE) counts.directives++
    if (node.kind === Kind.VARIABLE_DEFINITION) counts.variables++
    if (node.kind === Kind.LIST) assertLimit('elements of a list', node.values.length, limits.list)
    if (node.kind === Kind.STRING) checkTexts(step.path, node.value)
    const { depth, path } = descend(step)
    assertLimit('lists and objects within each other', depth, limits.valueDepth)
    for (const child of childrenOf(node)) steps.push({ node: child, depth, path })
  }
  for (const name of Object.keys(COUNTED) as (keyof typeof COUNTED)[]) {
    assertLimit(COUNTED[name], counts[name], limits[name])
  }
}

function descend({ node, depth, path }: Step): { depth: number; path: string } {
  const isNesting = node.kind === Kind.LIST || node.kind === Kind.OBJECT || node.kind === Kind.LIST_TYPE
  const isNamed = node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD
  const isInput = isNamed && node.name.value === 'input'
  const names = isNamed && !isInput ? [path, node.name.value] : [path]
  return { depth: isNesting ? depth + 1 : depth, path: names.filter((name) => name !== '').join('.') }
}

function* childrenOf(node: ASTNode): Iterable<ASTNode> {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue
    for (const child of Array.isArray(value) ? value : [value]) if (typeof child?.kind === 'string') yield child
  }
}

interface Depths {
  readonly fields: number
  readonly introspection: number
}

function measureOperations(document: DocumentNode, limits: Limits): void {
  const fragments = mapFragments(document)
  // Each fragment is measured once. A fragment that contains itself counts as empty there; validation refuses it.
  const measured = new Map<string, Depths>()
  const measureFragment = (name: string): Depths => {
    const known = measured.get(name)
    if (known) return known
    measured.set(name, { fields: 0, introspection: 0 })
    const fragment = fragments.get(name)
    const depths = fragment ? measure(fragment.selectionSet) : { fields: 0, introspection: 0 }
    measured.set(name, depths)
    return depths
  }
  const measure = ({ selections }: SelectionSetNode): Depths => {
    let [fields, introspection] = [0, 0]
    for (const selection of selections) {
      const depths =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : selection.selectionSet
            ? measure(selection.selectionSet)
            : { fields: 0, introspection: 0 }
      const inner = selection.kind === Kind.FIELD ? deepen(selection.name.value, depths) : depths
      fields = Math.max(fields, inner.fields)
      introspection = Math.max(introspection, inner.introspection)
    }
    return { fields, introspection }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const { fields, introspection } = measure(definition.selectionSet)
    assertLimit('depth of nested fields', fields, limits.depth)
    assertLimit('depth of nested fields of the introspection', introspection, limits.introspectionDepth)
    assertLimit('fields at the root', countRootFields(definition.selectionSet, fragments), limits.rootFields)
  }
}

function deepen(name: string, { fields, introspection }: Depths): Depths {
  if (/^__(schema|type)$/.test(name)) return { fields: 1, introspection: Math.max(fields, introspection) + 1 }
  return { fields: fields + 1, introspection: introspection && introspection + 1 }
}

function countRootFields(root: SelectionSetNode, fragments: ReturnType<typeof mapFragments>): number {
  const seen = new Set<string>()
  const open: SelectionSetNode[] = [root]
  let count = 0
  for (let set = open.pop(); set; set = open.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count++
      else if (selection.kind === Kind.INLINE_FRAGMENT) open.push(selection.selectionSet)
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment) open.push(fragment.selectionSet)
      }
    }
  }
  return count
}
