import { activate } from './activate.js'
import type { OpenedBackend } from './opened-backend.js'
import { importOptional, versionOf } from './optional-packages.js'

interface Adapter {
  readonly info?: {
    readonly vendor?: string
    readonly architecture?: string
    readonly device?: string
    readonly description?: string
  }
}

interface Gpu {
  requestAdapter(): Promise<Adapter | null>
}

export interface WebgpuOptions {
  /** Part of the name of the card to use. Null: the first card that the driver names. */
  readonly card: string | null
  /** Whether a driver that computes on the processor will do. It is for tests only: wasm is faster. */
  readonly acceptsProcessor: boolean
}

/** Starts WebGPU through Dawn, which needs a driver for Vulkan, Metal or Direct3D 12. */
export async function openWebgpu({ card, acceptsProcessor }: WebgpuOptions): Promise<OpenedBackend> {
  const dawn = (await importOptional('webgpu', 'webgpu')) as {
    create?: (options: string[]) => unknown
    globals?: Record<string, unknown>
  }
  if (!dawn.create) throw new Error('the package webgpu has no create function')
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create(card ? [`adapter=${card}`] : []) as Gpu
  const adapter = await requestAdapter(gpu, card)
  const device = describe(adapter)
  if (!acceptsProcessor && isProcessor(adapter))
    throw new Error(`the driver has no card, only the processor: ${device}`)
  const navigator = (globalThis as { navigator?: object }).navigator
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  const module = await importOptional('webgpu', '@tensorflow/tfjs-backend-webgpu')
  await activate('webgpu')
  return {
    name: 'tfjs-webgpu',
    device,
    softwareVersion: `@tensorflow/tfjs-backend-webgpu ${versionOf(module, 'tfjs-backend-webgpu')}`,
  }
}

async function requestAdapter(gpu: Gpu, card: string | null): Promise<Adapter> {
  // Dawn throws an error about backends if no card has the name.
  const adapter = await gpu.requestAdapter().catch((error) => {
    if (card === null) throw error
  })
  if (adapter) return adapter
  if (card !== null) throw new Error(`expected a card whose name contains ${JSON.stringify(card)}, found none`)
  throw new Error('no driver for Vulkan, Metal or Direct3D 12 was found')
}

function describe({ info }: Adapter): string {
  return [info?.vendor, info?.device || info?.description].filter(Boolean).join(' ') || 'graphics card through WebGPU'
}

/** SwiftShader and llvmpipe are drivers that compute on the processor. */
function isProcessor({ info }: Adapter): boolean {
  const names = [info?.architecture, info?.device, info?.description].join(' ')
  return /swiftshader|llvmpipe|lavapipe/i.test(names)
}
