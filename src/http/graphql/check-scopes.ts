import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import { ActbenchError } from '../../errors.js'
import type { Scope } from '../../graphql/enums.js'
import { requireScope, type Viewer } from '../../services/access/viewer.js'

/**
 * Refuses an operation unless the viewer has the scope of each mutation in it, before its variables are read and before
 * any of it runs: an operation of two mutations of which one is forbidden does neither. The document must be valid.
 * Throws UNAUTHENTICATED or FORBIDDEN.
 */
export function checkScopes(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  viewer: Viewer | null,
): void {
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== OperationTypeNode.MUTATION) return
  const fields = schema.getMutationType()?.getFields() ?? {}
  for (const name of listRootFields(document, operation.selectionSet)) {
    // What nobody gave a scope is for ADMIN alone.
    const { scope = 'ADMIN' } = (fields[name]?.extensions ?? {}) as { scope?: Scope | null }
    if (scope) requireScope(viewer, scope)
    else if (!viewer) throw new ActbenchError('UNAUTHENTICATED', `${name}: this needs a key; none was sent`)
  }
}

/** The names of the fields at the root, those in fragments too, each once. */
function listRootFields(document: DocumentNode, root: SelectionSetNode): Set<string> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each)
  const names = new Set<string>()
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) names.add(selection.name.value)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet)
      else {
        const fragment = fragments.get(selection.name.value)
        // Each fragment is looked into once, however often it is spread.
        fragments.delete(selection.name.value)
        if (fragment) visit(fragment.selectionSet)
      }
    }
  }
  visit(root)
  return names
}
