import type { Scope } from '../../db/generated/enums.js'
import { ActbenchError } from '../../errors.js'

/** Who asks: the key that came with the request. Anonymous requests have no viewer (`null`). */
export interface Viewer {
  readonly apiKeyId: number
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** Returns the viewer where it holds the scope (ADMIN holds all); throws UNAUTHENTICATED or FORBIDDEN otherwise. */
export function requireScope(viewer: Viewer | null, scope: Scope): Viewer {
  if (!viewer) throw new ActbenchError('UNAUTHENTICATED', `this needs a key with the scope ${scope}; none was sent`)
  if (!viewer.scopes.includes(scope) && !viewer.scopes.includes('ADMIN')) {
    throw new ActbenchError('FORBIDDEN', `this needs the scope ${scope}; the key has ${viewer.scopes.join(', ')}`)
  }
  return viewer
}

/** Refuses what belongs to another key, unless the viewer is ADMIN. `what` names the object, such as "training job". */
export function requireOwner(viewer: Viewer, ownerId: number | null, what: string): void {
  if (viewer.scopes.includes('ADMIN') || viewer.apiKeyId === ownerId) return
  throw new ActbenchError('FORBIDDEN', `the ${what} belongs to another key`)
}
