import process from 'node:process'
import type { BackendName } from '../../src/config.js'
import { type Backend, openBackend } from '../../src/networks/backends/backend.js'

/**
 * Opens the backend for the tests of networks: wasm, or the one that TEST_BACKEND names, if its packages are installed:
 *
 *   TEST_BACKEND=tfjs-node npm test -- test/networks
 */
export function openTestBackend(): Promise<Backend> {
  return openBackend(TEST_BACKEND)
}

export const TEST_BACKEND = (process.env.TEST_BACKEND ?? 'wasm') as BackendName
