import { Extensions } from 'type-graphql'
import { requireScope, type Viewer } from '../services/access/viewer.js'
import { type Context, forgetLoaded } from './context.js'
import type { Scope } from './enums.js'

/**
 * Declares the scope that a mutation needs. `checkScopes` checks it before the arguments are read. Null allows any key:
 * then the mutation itself checks who owns the object.
 */
export function NeedsScope(scope: Scope | null) {
  return Extensions({ scope })
}

/** Runs a mutation: checks the scope of the key first, and empties the caches of the loaders afterwards. */
export async function withScope<Result>(
  context: Context,
  scope: Scope,
  work: (viewer: Viewer) => Promise<Result>,
): Promise<Result> {
  const viewer = requireScope(context.viewer, scope)
  try {
    return await work(viewer)
  } finally {
    forgetLoaded(context)
  }
}
