import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { findFreePort } from '../../src/start/free-port.js'

test('a free port is one that no outgoing connection and no other server gets by chance', async (t) => {
  for (let i = 0; i < 20; i++) {
    const port = await findFreePort()
    assert.ok(port >= 15_000 && port < 32_000, String(port))
  }
  const wanted = await findFreePort()
  assert.equal(await findFreePort(wanted), wanted)
  const server = createServer().listen(wanted, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  assert.notEqual(await findFreePort(wanted), wanted)
})
