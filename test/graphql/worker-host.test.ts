import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toGlobalId } from '../../src/graphql/relay/global-id.js'
import { openTestApi } from '../support/api.js'
import { createWorker } from '../support/benchmark.js'

test('only ADMIN sees the host of a worker, however it is asked for; others get a name that stays', async (t) => {
  const api = await openTestApi(t)
  const { id } = await createWorker(api.database)
  await api.database.prisma.worker.update({ where: { id }, data: { host: 'gpu-17.cluster.internal' } })
  const node = toGlobalId('Worker', id)
  const query = `query ($id: ID!) {
    service { workers { host } }
    node(id: $id) { ... on Worker { host } }
  }`
  const shown = async (secret?: string) => (await api.ask(query, { id: node }, secret)).data
  const hidden = { service: { workers: [{ host: `worker-${id}` }] }, node: { host: `worker-${id}` } }
  assert.deepEqual(await shown(), hidden)
  assert.deepEqual(await shown(), hidden)
  assert.deepEqual(await shown(await api.createKey('TRAIN', 'SEARCH', 'DATASET')), hidden)
  const host = 'gpu-17.cluster.internal'
  assert.deepEqual(await shown(await api.createKey('ADMIN')), { service: { workers: [{ host }] }, node: { host } })
})
