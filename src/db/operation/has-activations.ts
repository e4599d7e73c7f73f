import type { Kysely } from 'kysely'
import { compileOnce } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'

const anyActivation = compileOnce((db) => db.selectFrom('activations as a').select('a.id').limit(1))

/** Whether the shipped data were loaded. They contain the first activations of every database. */
export async function hasActivations(db: Kysely<Tables>): Promise<boolean> {
  return (await anyActivation(db, {})).length > 0
}
