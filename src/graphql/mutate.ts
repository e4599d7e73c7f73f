import { Extensions } from 'type-graphql'
import { requireScope, type Viewer } from '../services/access/viewer.js'
import { type Context, forgetLoaded } from './context.js'
import type { Scope } from './enums.js'

/**
 * Declares the scope of a mutation, so that it is checked before the arguments are even read (`checkScopes`). Null: any
 * key, because whose object it is decides.
 */
export function NeedsScope(scope: Scope | null) {
  return Extensions({ scope })
}

/** Runs a mutation: the key's scope is checked before anything else, and what was loaded before is forgotten. */
export async function mutate<Result>(
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
