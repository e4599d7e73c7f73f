import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Refreshes the statistics of the planner after many activations were added. */
export async function analyzeActivations(db: Kysely<Tables>): Promise<void> {
  await sql<unknown>`analyze activations, expressions, activation_outputs, activation_properties`.execute(db)
}
