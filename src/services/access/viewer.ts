import type { Scope } from '../../db/generated/enums.js'
import { ActbenchError } from '../../errors.js'

/** The key of a request. An anonymous request has no viewer (`null`). */
export interface Viewer {
  readonly apiKeyId: number
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** Returns the viewer if it has the scope (ADMIN has all). Throws UNAUTHENTICATED or FORBIDDEN otherwise. */
export function requireScope(viewer: Viewer | null, scope: Scope): Viewer {
  if (!viewer) throw new ActbenchError('UNAUTHENTICATED', `this needs a key with the scope ${scope}, and none was sent`)
  if (!viewer.scopes.includes(scope) && !viewer.scopes.includes('ADMIN')) {
    throw new ActbenchError('FORBIDDEN', `this needs the scope ${scope}; the key has ${viewer.scopes.join(', ')}`)
  }
  return viewer
}

/** Returns the viewer; throws UNAUTHENTICATED if the request has no key. */
export function requireKey(viewer: Viewer | null): Viewer {
  if (!viewer) throw new ActbenchError('UNAUTHENTICATED', 'this needs an API key, and none was sent')
  return viewer
}

/** Throws FORBIDDEN if an object belongs to another key and the viewer is not ADMIN. `what` names it: "training job". */
export function requireOwner(viewer: Viewer, ownerId: number | null, what: string): void {
  if (isOwner(viewer, ownerId)) return
  throw new ActbenchError('FORBIDDEN', `the ${what} belongs to another key`)
}

/** Whether an object belongs to the viewer, or the viewer is ADMIN. */
export function isOwner(viewer: Viewer | null, ownerId: number | null): boolean {
  return viewer !== null && (viewer.scopes.includes('ADMIN') || viewer.apiKeyId === ownerId)
}
