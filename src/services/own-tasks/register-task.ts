import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import {
  insertOwnDataset,
  listDefinitions,
  lockDatasetByName,
  type OwnDataset,
  putDefinition,
  updateOwnDataset,
} from '../../db/datasets/task-definitions.js'
import type { JsonObject } from '../../db/tables/column-types.js'
import { ActbenchError } from '../../errors.js'
import { getValidNewName } from '../datasets/dataset-name.js'
import { moveToPresentVersion } from '../trainings/move-to-present-version.js'
import { listChanges } from './definition-changes.js'

export interface TaskRegistration {
  readonly dataset: OwnDataset
  /** What task.json says, with the checksum of each data file. */
  readonly definition: JsonObject
}

/** What a registration did. `RAISED`: the dataset has another version now. */
export type Registered = 'ADDED' | 'UNCHANGED' | 'DESCRIBED' | 'RAISED'

/**
 * Registers a task that was checked: its dataset becomes trainable, and every server and worker knows its definition. Waiting
 * jobs of another version move to this one. Repeating it is harmless. `beforeCommit` runs last and must be harmless to
 * repeat. Throws BAD_USER_INPUT for a reserved name, and CONFLICT if the name belongs to another kind of dataset, or if the
 * version was registered with another definition.
 */
export async function registerTask(
  database: Database,
  { dataset, definition }: TaskRegistration,
  beforeCommit: () => void = () => {},
): Promise<Registered> {
  getValidNewName('name', dataset.name)
  return inTransaction(database, async (db) => {
    const registered = await write(db, dataset, definition)
    beforeCommit()
    return registered
  })
}

async function write(db: Db, dataset: OwnDataset, definition: JsonObject): Promise<Registered> {
  const { version } = dataset
  const newId = await insertOwnDataset(db.$kysely, dataset)
  if (newId !== null) {
    await putDefinition(db.$kysely, newId, { version, definition })
    return 'ADDED'
  }
  const stored = await lockDatasetByName(db.$kysely, dataset.name)
  // It was deleted between the two statements. The transaction runs again.
  if (!stored) throw Object.assign(new Error(`${dataset.name} is being deleted; repeat the command`), { code: '40001' })
  const known = await listDefinitions(db.$kysely, stored.id)
  if (known.length === 0) {
    throw new ActbenchError('CONFLICT', `name: a dataset named ${dataset.name} exists already; choose another name`)
  }
  const same = known.find((each) => each.version === version)
  if (same) refuseChanges(dataset, same.definition, definition)
  await putDefinition(db.$kysely, stored.id, { version, definition })
  await updateOwnDataset(db.$kysely, stored.id, dataset)
  if (stored.version !== version) {
    await moveToPresentVersion(db)
    return 'RAISED'
  }
  return same && JSON.stringify(same.definition) === JSON.stringify(definition) ? 'UNCHANGED' : 'DESCRIBED'
}

const MOST_SHOWN = 5

function refuseChanges({ name, version }: OwnDataset, before: JsonObject, now: JsonObject): void {
  const changes = listChanges(before, now)
  if (changes.length === 0) return
  const more = changes.length > MOST_SHOWN ? ` and ${changes.length - MOST_SHOWN} more` : ''
  throw new ActbenchError(
    'CONFLICT',
    `version: ${name} version ${version} is registered with another definition; expected another version, or no change of ${changes.slice(0, MOST_SHOWN).join(', ')}${more}`,
  )
}
