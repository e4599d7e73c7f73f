import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openBackend } from '../../../src/networks/backends/backend.js'
import { OPTIONAL_VERSIONS } from '../../../src/networks/backends/optional-packages.js'
import { PROJECT_ROOT } from '../../../src/root.js'

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

describe('Opening a backend', () => {
  it('opens wasm when asked, and says what it is', async () => {
    const backend = await openBackend('wasm')
    assert.equal(backend.name, 'tfjs-wasm')
    assert.match(backend.softwareVersion, /^@tensorflow\/tfjs-backend-wasm \d+\.\d+\.\d+$/)
    assert.ok(backend.device.length > 0)
    backend.close()
  })

  it('takes the best backend that works and gives the reasons', async () => {
    const backend = await openBackend('auto')
    assert.match(backend.reason, /is the best that works here/)
    // Wasm works on every machine, and the reason names the backends that were skipped.
    if (backend.name === 'tfjs-wasm') assert.match(backend.reason, /tfjs-node-gpu: .+; tfjs-node: .+; webgpu: .+/)
  })

  it('says how to install a missing package', { skip: isInstalled('webgpu') }, async () => {
    await assert.rejects(openBackend('webgpu'), {
      code: 'BAD_USER_INPUT',
      message: /webgpu: not installed; npm install --no-save webgpu@\d+\.\d+\.\d+ installs it$/,
    })
  })

  it('asks for the optional packages in the versions of package.json', async () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'),
    ) as { peerDependencies: Record<string, string>; peerDependenciesMeta: Record<string, { optional: boolean }> }
    assert.deepEqual(peerDependencies, { ...OPTIONAL_VERSIONS })
    for (const name of Object.keys(peerDependencies)) assert.equal(peerDependenciesMeta[name].optional, true)
  })

  it('refuses an unknown name', async () => {
    await assert.rejects(openBackend('cuda' as 'auto'), { code: 'BAD_USER_INPUT' })
  })
})
