import type { Database } from '../../../src/db/connection/client.js'
import { createApiKey } from '../../../src/services/access/api-keys.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { createTrainable, createViewer } from '../fixtures/training-fixture.js'
import type { Target } from './attack-tools.js'

const ADMIN = { apiKeyId: 0, name: 'attack', scopes: ['ADMIN' as const] }

/** The key of an attacker, with all scopes except ADMIN, and the objects of another client that it tries to harm. */
export async function prepareTarget(database: Database): Promise<Omit<Target, 'address'>> {
  await createTrainable(database)
  const { secret } = await createApiKey(database, ADMIN, { name: 'k', scopes: ['TRAIN', 'SEARCH', 'DATASET'] })
  const stranger = await createViewer(database, 'stranger', ['TRAIN', 'SEARCH', 'DATASET'])
  const texts = { title: 'A stranger’s', description: 'Theirs.', architecture: 'theirs', task: 'theirs' }
  const dataset = await createDataset(database, stranger, { name: 'of-a-stranger', ...texts })
  const { jobs } = await trainActivation(database, stranger, { dataset: 'mini-cnn', expression: 'swish(x)' })
  const search = await createSearch(database, stranger, { dataset: dataset.name, algorithm: 'RANDOM', seed: 1 })
  const { suggestions } = await suggest(database, stranger, { searchId: search.id, worker: 'theirs' })
  const strange = { dataset: dataset.name, job: jobs[0].id, search: search.id, suggestion: suggestions[0].id }
  return { secret, strange }
}
