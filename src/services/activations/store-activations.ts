import type { DecidedActivation, UndecidedActivation } from '../../db/activations/activation-properties.js'
import { upsertProperties } from '../../db/activations/activation-properties.js'
import { upsertShapes } from '../../db/activations/activation-shapes.js'
import {
  type Inserted,
  insertActivations,
  insertClientActivations,
  type NewActivation,
} from '../../db/activations/insert-activations.js'
import type { Db } from '../../db/connection/client.js'
import { decideProperties } from './decide-properties.js'
import { shapeActivations } from './fill-shapes.js'

/** Numbers of rows that were new. */
export interface Stored {
  readonly activations: number
  readonly expressions: number
}

/** Stores functions of the stock with outputs, spellings and properties, in the caller's transaction. */
export async function storeActivations(db: Db, activations: readonly NewActivation[]): Promise<Stored> {
  return storeProperties(db, await insertActivations(db.$kysely, activations))
}

/** Stores functions of clients with outputs, spellings and properties, in the caller's transaction. */
export async function storeClientActivations(db: Db, activations: readonly NewActivation[]): Promise<Stored> {
  return storeProperties(db, await insertClientActivations(db.$kysely, activations))
}

/** The properties of stored functions, to be stored. */
export function decideActivations(activations: readonly UndecidedActivation[]): DecidedActivation[] {
  return activations.map(({ id, expression }) => ({ id, properties: decideProperties(expression) }))
}

async function storeProperties(db: Db, { activations, expressions }: Inserted): Promise<Stored> {
  await upsertProperties(db.$kysely, decideActivations(activations))
  await upsertShapes(db.$kysely, shapeActivations(activations))
  return { activations: activations.length, expressions }
}
