import type { Database } from '../../src/db/connection/client.js'
import type { Dataset, Scope } from '../../src/db/generated/client.js'
import { TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'
import type { Viewer } from '../../src/services/access/viewer.js'

/** Creates the row of a dataset that workers can train. Only the worker processes of tests know `tiny` and `hanging`. */
export function createTrainable(
  database: Database,
  name: 'mini-cnn' | 'tiny' | 'hanging' | 'act-bench-cnn' = 'mini-cnn',
): Promise<Dataset> {
  return database.prisma.dataset.create({
    data: {
      name,
      version: TRAINABLE_DATASETS.get(name)?.version ?? '1',
      title: name,
      description: 'Functions trained by the tests.',
      architecture: 'all-convolutional',
      task: 'procedural pictures',
      origin: 'TRAINED',
      trainable: true,
      searchSpace: ['unary(unary(x))'],
      fisherSpectrumLength: 400,
    },
  })
}

/** Creates a key and returns its viewer. */
export async function createViewer(database: Database, name: string, scopes: Scope[]): Promise<Viewer> {
  const secretHash = new Uint8Array(32).map(() => Math.floor(Math.random() * 256))
  const key = await database.prisma.apiKey.create({ data: { name, scopes, secretHash } })
  return { apiKeyId: key.id, name, scopes }
}
