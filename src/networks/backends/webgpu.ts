import { activate } from './activate.js'
import type { OpenedBackend } from './opened-backend.js'
import { importOptional, versionOf } from './optional-packages.js'

/** Starts WebGPU through Dawn, which needs a driver for Vulkan, Metal or Direct3D 12. */
export async function openWebgpu(): Promise<OpenedBackend> {
  const dawn = (await importOptional('webgpu')) as {
    create?: (options: string[]) => unknown
    globals?: Record<string, unknown>
  }
  if (!dawn.create) throw new Error('the package webgpu has no create function')
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([]) as { requestAdapter(): Promise<{ info?: Record<string, string> } | null> }
  const adapter = await gpu.requestAdapter()
  if (!adapter) throw new Error('no driver for Vulkan, Metal or Direct3D 12 was found')
  const navigator = (globalThis as { navigator?: object }).navigator
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  const module = await importOptional('@tensorflow/tfjs-backend-webgpu')
  await activate('webgpu')
  return {
    name: 'tfjs-webgpu',
    device:
      [adapter.info?.vendor, adapter.info?.device || adapter.info?.description].filter(Boolean).join(' ') ||
      'graphics card through WebGPU',
    softwareVersion: `@tensorflow/tfjs-backend-webgpu ${versionOf(module, 'tfjs-backend-webgpu')}`,
  }
}
