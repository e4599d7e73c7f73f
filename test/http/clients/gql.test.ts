import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../../src/root.js'
import { openClientFixture } from '../../support/fixtures/client-fixture.js'

const hasGql = spawnSync('python3', ['-c', 'import gql, websockets, aiohttp']).status === 0
const skip = !hasGql && 'needs Python with gql: pip install "gql[aiohttp,websockets]"'

test('gql for Python reads, and subscribes with its default protocols over the first web socket', {
  skip,
}, async (t) => {
  const { address, secret } = await openClientFixture(t)
  const since = new Date(Date.now() - 60_000).toISOString()
  const client = spawn('python3', [join(PROJECT_ROOT, 'examples', 'gql_client.py'), 'mine', since], {
    env: { ...process.env, ACTBENCH_URL: address, ACTBENCH_KEY: secret },
  })
  let said = ''
  for (const stream of [client.stdout, client.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [status] = await once(client, 'close')
  assert.equal(status, 0, said)
  const lines = said.trim().split('\n')
  assert.match(lines[0], /^1 {2}0\.9000 {2}relu\(x\)$/)
  assert.equal(lines.length, 6)
  assert.match(lines[5], /^new: 0\.\d{4} {2}\w+\(x\)$/)
})
