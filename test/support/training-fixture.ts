import type { Database } from '../../src/db/client.js'
import type { Dataset, Scope } from '../../src/db/generated/client.js'
import type { Viewer } from '../../src/services/viewer.js'

/** A dataset row for which the service has a recipe. */
export function createMiniCnn(database: Database): Promise<Dataset> {
  return database.prisma.dataset.create({
    data: {
      name: 'mini-cnn',
      version: '1',
      title: 'Mini-CNN',
      description: 'Functions trained by the tests.',
      architecture: 'all-convolutional',
      task: 'procedural pictures',
      origin: 'TRAINED',
      trainable: true,
      searchSpace: ['unary(unary(x))'],
      fisherSpectrumLength: 404,
    },
  })
}

/** Somebody with a key. */
export async function createViewer(database: Database, name: string, scopes: Scope[]): Promise<Viewer> {
  const secretHash = new Uint8Array(32).map(() => Math.floor(Math.random() * 256))
  const key = await database.prisma.apiKey.create({ data: { name, scopes, secretHash } })
  return { apiKeyId: key.id, name, scopes }
}
