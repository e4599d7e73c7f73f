import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { engine } from '@tensorflow/tfjs-core'
import { activate } from './activate.js'
import type { OpenedBackend } from './opened-backend.js'
import { importOptional, versionOf } from './optional-packages.js'

/** Starts TensorFlow's C library. Both packages register the backend `tensorflow`; the CUDA one must also find a card. */
export async function openTfjsNode(packageName: 'tfjs-node' | 'tfjs-node-gpu'): Promise<OpenedBackend> {
  restoreRemovedFunctions()
  const module = await importOptional(packageName, `@tensorflow/${packageName}`)
  await activate('tensorflow')
  const isGpu = (engine().backend as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
  if (packageName === 'tfjs-node-gpu' && !isGpu) throw new Error('CUDA found no graphics card')
  return {
    name: packageName,
    device: isGpu ? 'NVIDIA graphics card through CUDA' : cpus()[0]?.model.trim() || 'processor',
    softwareVersion: `@tensorflow/${packageName} ${versionOf(module, packageName)}`,
  }
}

/** Both packages call two functions that Node.js 23 has removed. */
function restoreRemovedFunctions(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}
