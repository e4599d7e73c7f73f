import { after, before, type TestContext } from 'node:test'
import { type Backend, openBackend } from '../../src/networks/backends/backend.js'

/** Opens webgpu for a test. Null, and the test is skipped with the reason, if there is no card or driver. */
export async function openTestCard(t: TestContext): Promise<Backend | null> {
  try {
    return await openBackend('webgpu')
  } catch (error) {
    t.skip((error as Error).message)
    return null
  }
}

/** Opens webgpu for all tests of a file. Each test asks whether it is open; if not, that skips the test with the reason. */
export function openTestCardForFile(): (t: TestContext) => boolean {
  let backend: Backend | null = null
  let reason = ''
  before(async () => {
    backend = await openBackend('webgpu').catch((error: Error) => {
      reason = error.message
      return null
    })
  })
  after(() => backend?.close())
  return (t) => {
    if (!backend) t.skip(reason)
    return backend !== null
  }
}
