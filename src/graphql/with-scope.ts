import { Extensions } from 'type-graphql'
import { requireKey, requireScope, type Viewer } from '../services/access/viewer.js'
import { type Context, forgetLoaded } from './context.js'
import type { Scope } from './enums.js'

/**
 * Declares the scope that a mutation needs. `checkScopes` checks it before the arguments are read. Null allows any key:
 * then the mutation itself checks who owns the object.
 */
export function NeedsScope(scope: Scope | null) {
  return Extensions({ scope })
}

/**
 * Runs a mutation: checks the scope of the key first (with null any key will do), and empties the caches of the loaders
 * afterwards, so that the selection below it reads current rows.
 */
export async function withScope<Result>(
  context: Context,
  scope: Scope | null,
  work: (viewer: Viewer) => Promise<Result>,
): Promise<Result> {
  const viewer = scope === null ? requireKey(context.viewer) : requireScope(context.viewer, scope)
  try {
    return await work(viewer)
  } finally {
    forgetLoaded(context)
    // From now on, this server sends no kept answer from before the mutation, to any client.
    if (context.answerCacheBytes > 0) await context.events.isCurrent(0)
  }
}
