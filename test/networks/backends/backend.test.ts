import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openBackend } from '../../../src/networks/backends/backend.js'
import { isBackendInstalled, OPTIONAL_BACKENDS } from '../../../src/networks/backends/optional-packages.js'
import { PROJECT_ROOT } from '../../../src/root.js'

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
    if (backend.name === 'tfjs-wasm') assert.match(backend.reason, /tfjs-node-gpu: .+; webgpu: .+; tfjs-node: .+/)
  })

  it('says how to install a missing package', { skip: isBackendInstalled('webgpu') }, async () => {
    await assert.rejects(openBackend('webgpu'), {
      code: 'BAD_USER_INPUT',
      message: /webgpu: not installed: run `npx actbench backend install webgpu`$/,
    })
  })

  it('pins the packages of the other backends to the version of TensorFlow.js core', () => {
    const read = (path: string) => JSON.parse(readFileSync(join(PROJECT_ROOT, path), 'utf8'))
    const { dependencies } = read('package.json') as { dependencies: Record<string, string> }
    for (const backend of OPTIONAL_BACKENDS) {
      const pinned = read(`backends/${backend}/package.json`).dependencies as Record<string, string>
      const locked = read(`backends/${backend}/package-lock.json`).packages['']
      assert.deepEqual(locked.dependencies, pinned)
      const [ours] = Object.keys(pinned).filter((name) => name.startsWith('@tensorflow/'))
      assert.equal(pinned[ours], dependencies['@tensorflow/tfjs-core'])
    }
  })

  it('refuses an unknown name', async () => {
    await assert.rejects(openBackend('cuda' as 'auto'), { code: 'BAD_USER_INPUT' })
  })
})
