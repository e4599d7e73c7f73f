import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { engine, getBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core'
import { ActbenchError } from '../../errors.js'
import { registerKernels } from '../kernels/register-kernels.js'
import { checkBackend } from './check-backend.js'

export type BackendPreference = 'auto' | 'wasm' | 'tfjs-node' | 'tfjs-node-gpu' | 'webgpu'

/** What computes: at most one is open in a process, because TensorFlow.js has one engine a process. */
export interface Backend {
  name: 'tfjs-wasm' | 'tfjs-node' | 'tfjs-node-gpu' | 'tfjs-webgpu'
  /** The processor or graphics card, in words. */
  device: string
  /** Package and version, such as `@tensorflow/tfjs-backend-wasm 4.22.0`. */
  softwareVersion: string
  /** Why this one, and why none of those before it. */
  reason: string
  close(): void
}

/** The optional peer dependencies of package.json, in the versions that were tried. */
export const OPTIONAL_VERSIONS = {
  '@tensorflow/tfjs-node-gpu': '4.22.0',
  '@tensorflow/tfjs-node': '4.22.0',
  '@tensorflow/tfjs-backend-webgpu': '4.22.0',
  webgpu: '0.6.2',
}

type Opened = Omit<Backend, 'reason' | 'close'>

/** Best first. */
const CANDIDATES: readonly { preference: BackendPreference; open: () => Promise<Opened> }[] = [
  { preference: 'tfjs-node-gpu', open: () => openNode('tfjs-node-gpu') },
  { preference: 'tfjs-node', open: () => openNode('tfjs-node') },
  { preference: 'webgpu', open: openWebgpu },
  { preference: 'wasm', open: openWasm },
]

/**
 * Opens the backend of this name, or with `auto` the best that works. Fails with BAD_USER_INPUT, naming the reason, where
 * the one asked for does not work here; the packages of all but `wasm` are optional and loaded only here.
 */
export async function openBackend(preference: BackendPreference): Promise<Backend> {
  const wanted = CANDIDATES.filter((candidate) => preference === 'auto' || candidate.preference === preference)
  if (wanted.length === 0) {
    throw new ActbenchError('BAD_USER_INPUT', `no backend is called ${JSON.stringify(preference)}`, {
      argument: 'backend',
    })
  }
  const refusals: string[] = []
  for (const candidate of wanted) {
    try {
      const opened = await candidate.open()
      registerKernels(getBackend())
      await checkBackend()
      const choice = preference === 'auto' ? `${candidate.preference} is the best that works here` : 'asked for'
      return { ...opened, reason: [choice, ...refusals].join('; '), close: closeBackend }
    } catch (error) {
      refusals.push(`${candidate.preference}: ${firstLineOf(error)}`)
    }
  }
  throw new ActbenchError('BAD_USER_INPUT', `no backend could be opened: ${refusals.join('; ')}`, {
    argument: 'backend',
  })
}

async function openWasm(): Promise<Opened> {
  const { setThreadsCount, version_wasm } = await import('@tensorflow/tfjs-backend-wasm')
  // Measured on small networks: a second thread never helped, and a process a training scales with the cores.
  setThreadsCount(1)
  await activate('wasm')
  return {
    name: 'tfjs-wasm',
    device: cpus()[0]?.model.trim() || 'processor',
    softwareVersion: `@tensorflow/tfjs-backend-wasm ${version_wasm}`,
  }
}

/** Both packages register the backend `tensorflow`; the CUDA one must also have found a card. */
async function openNode(packageName: 'tfjs-node' | 'tfjs-node-gpu'): Promise<Opened> {
  restoreRemovedFunctions()
  const module = await importOptional(`@tensorflow/${packageName}`)
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

async function openWebgpu(): Promise<Opened> {
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

/** A variable as the name keeps compilers and bundlers from asking for a package that is optional. */
async function importOptional(name: keyof typeof OPTIONAL_VERSIONS): Promise<Record<string, unknown>> {
  try {
    return (await import(name)) as Record<string, unknown>
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(`not installed; npm install --no-save ${name}@${OPTIONAL_VERSIONS[name]} installs it`)
  }
}

async function activate(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Error(`TensorFlow.js could not start its backend ${name}`)
}

/** The version that a package states of itself; TensorFlow.js packages follow the version of their core. */
function versionOf(module: Record<string, unknown>, packageName: string): string {
  const exported = (module.default ?? module) as Record<string, unknown>
  const stated = (exported.version as Record<string, unknown> | undefined)?.[packageName]
  return typeof stated === 'string' ? stated : version_core
}

/** WebGPU's device is given back; wasm and the native backends cannot be started anew and live with the process. */
function closeBackend(): void {
  if (getBackend() === 'webgpu') removeBackend('webgpu')
}

function firstLineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0]
}
