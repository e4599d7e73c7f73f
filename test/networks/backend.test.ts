import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openBackend } from '../../src/networks/backend.js'

describe('Opening a backend', () => {
  it('opens wasm when asked, and says what it is', async () => {
    const backend = await openBackend('wasm')
    assert.equal(backend.name, 'tfjs-wasm')
    assert.match(backend.softwareVersion, /^@tensorflow\/tfjs-backend-wasm \d+\.\d+\.\d+$/)
    assert.ok(backend.device.length > 0)
    backend.close()
  })

  it('takes the best that works and gives the reasons', async () => {
    const backend = await openBackend('auto')
    assert.match(backend.reason, /is the best that works here/)
    // Whatever is installed where this runs, wasm works, and what was passed over is named.
    if (backend.name === 'tfjs-wasm') assert.match(backend.reason, /tfjs-node-gpu: .+; tfjs-node: .+; webgpu: .+/)
  })

  it('refuses a name that it does not know', async () => {
    await assert.rejects(openBackend('cuda' as 'auto'), { code: 'BAD_USER_INPUT' })
  })
})
