import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { forkCommand, SERVER_PROCESS } from '../../src/start/child-command.js'

test('a server is started with the options that save memory, before those of this process', async () => {
  const given = ['--max-semi-space-size=32']
  for (const [command, options] of [
    ['server', [...SERVER_PROCESS.options, ...given]],
    ['worker', given],
  ] as const) {
    const child = forkCommand([command, '--help'], {}, given)
    const [status] = await once(child, 'exit')
    assert.equal(status, 0)
    const { spawnargs } = child
    assert.deepEqual(spawnargs.slice(1, 1 + options.length), options, spawnargs.join(' '))
  }
})
