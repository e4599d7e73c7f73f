import { requireScope, type Viewer } from '../services/viewer.js'
import { type Context, forgetLoaded } from './context.js'
import type { Scope } from './enums.js'

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
