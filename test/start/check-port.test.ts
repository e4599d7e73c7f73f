import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { checkPort } from '../../src/start/check-port.js'
import { findFreePort } from '../../src/start/free-port.js'

test('a free port passes; a used port and a foreign host give one line that says which variable to set', async (t) => {
  const port = await findFreePort()
  await checkPort('127.0.0.1', port)
  const server = createServer()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  t.after(() => server.close())
  await assert.rejects(checkPort('127.0.0.1', port), {
    message: `the port ${port} of 127.0.0.1 is in use; set PORT to another one`,
  })
  await assert.rejects(checkPort('192.0.2.1', port), {
    message: `nothing can listen on port ${port} of 192.0.2.1 (EADDRNOTAVAIL); check HOST and PORT`,
  })
  assert.notEqual(await findFreePort(port), port)
})
