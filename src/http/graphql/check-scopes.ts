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
 * Throws UNAUTHENTICATED or FORBIDDEN unless the viewer has the scope of each mutation in an operation of a valid document.
 * This is checked before anything runs: if one of two mutations is forbidden, neither runs.
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
    // A mutation that declares no scope needs ADMIN.
    const { scope = 'ADMIN' } = (fields[name]?.extensions ?? {}) as { scope?: Scope | null }
    if (scope) requireScope(viewer, scope)
    else if (!viewer) throw new ActbenchError('UNAUTHENTICATED', `${name}: this needs a key, and none was sent`)
  }
}

/** The names of the fields at the root of an operation and in its fragments, each once. */
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
        // Each fragment is visited once, however often it is spread.
        fragments.delete(selection.name.value)
        if (fragment) visit(fragment.selectionSet)
      }
    }
  }
  visit(root)
  return names
}
