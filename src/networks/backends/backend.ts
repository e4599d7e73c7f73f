import { getBackend, removeBackend } from '@tensorflow/tfjs-core'
import type { BackendName } from '../../config.js'
import { ActbenchError } from '../../errors.js'
import { registerKernels } from '../kernels/register-kernels.js'
import { checkBackend } from './check-backend.js'
import type { OpenedBackend } from './opened-backend.js'
import { openTfjsNode } from './tfjs-node.js'
import { openWasm } from './wasm.js'
import { openWebgpu } from './webgpu.js'

/** What computes. A process has at most one, because TensorFlow.js has one engine for each process. */
export interface Backend extends OpenedBackend {
  /** Why this backend was chosen, and why those before it were not. */
  reason: string
  close(): void
}

interface Wanted {
  readonly isAuto: boolean
  readonly card: string | null
}

/**
 * How each backend is started, best first: a graphics card before the processor. A new one has a file of its own, an entry
 * here, and its name in `config.ts`. All packages except that of `wasm` are optional and are loaded only when their backend
 * is tried.
 */
const BACKENDS: Record<Exclude<BackendName, 'auto'>, (wanted: Wanted) => Promise<OpenedBackend>> = {
  'tfjs-node-gpu': () => openTfjsNode('tfjs-node-gpu'),
  webgpu: ({ isAuto, card }) => openWebgpu({ card, acceptsProcessor: !isAuto }),
  'tfjs-node': () => openTfjsNode('tfjs-node'),
  wasm: openWasm,
}

/**
 * Opens the backend of this name, or with `auto` the best that works. `card` is part of the name of the card that webgpu
 * uses. Throws BAD_USER_INPUT with the reason if the backend does not work here.
 */
export async function openBackend(wanted: BackendName, card: string | null = null): Promise<Backend> {
  const candidates = Object.entries(BACKENDS).filter(([name]) => wanted === 'auto' || name === wanted)
  if (candidates.length === 0) {
    const expected = ['auto', ...Object.keys(BACKENDS)].join(', ')
    throw refusal(`backend: no such backend; expected one of ${expected}, got ${JSON.stringify(wanted)}`)
  }
  const refusals: string[] = []
  for (const [name, open] of candidates) {
    try {
      const opened = await open({ isAuto: wanted === 'auto', card })
      registerKernels(getBackend())
      await checkBackend()
      const choice = wanted === 'auto' ? `${name} is the best that works here` : 'asked for'
      return { ...opened, reason: [choice, ...refusals].join('; '), close: closeBackend }
    } catch (error) {
      refusals.push(`${name}: ${firstLineOf(error)}`)
    }
  }
  throw refusal(`backend: could not be opened: ${refusals.join('; ')}`)
}

/** Only WebGPU's device is released: wasm and the native backends cannot be started again in the same process. */
function closeBackend(): void {
  if (getBackend() === 'webgpu') removeBackend('webgpu')
}

function refusal(message: string): ActbenchError {
  return new ActbenchError('BAD_USER_INPUT', message, { argument: 'backend' })
}

function firstLineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0]
}
