import { cpus } from 'node:os'
import { activate } from './activate.js'
import type { OpenedBackend } from './opened-backend.js'

/** Starts WebAssembly, which every computer has. */
export async function openWasm(): Promise<OpenedBackend> {
  const { setThreadsCount, version_wasm } = await import('@tensorflow/tfjs-backend-wasm')
  // Measured on small networks: a second thread never helped, and one process for each training scales with the cores.
  setThreadsCount(1)
  await activate('wasm')
  return {
    name: 'tfjs-wasm',
    device: cpus()[0]?.model.trim() || 'processor',
    softwareVersion: `@tensorflow/tfjs-backend-wasm ${version_wasm}`,
  }
}
