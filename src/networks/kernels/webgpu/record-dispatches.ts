import type { BufferManager, CardBackend, CardBuffer, CommandEncoder, ComputePass } from './card-backend.js'
import { submit } from './card-backend.js'

/** One run of a shader, with its buffers bound. */
export interface Dispatch {
  pipeline: object
  group: object
  workgroups: [number, number, number]
}

/** What a recorded computation wrote and where. */
export interface RecordedDispatches {
  dispatches: Dispatch[]
  /** Buffers that only the recording uses. Released ones were used again within it, in the same order as in a replay. */
  buffers: ReadonlySet<CardBuffer>
  /** Whether it did nothing but run shaders on these buffers and on those of its inputs. */
  isComplete: boolean
}

/** From the specification of WebGPU, GPUBufferUsage. */
const MAP_READ = 1
const MAP_WRITE = 2
const UNIFORM = 64

/**
 * Runs a computation and notes each run of a shader. Its buffers come from a pool of its own, so that no other tensor gets one
 * of them later. Buffers with uniforms or with numbers from the host are not used again, because a replay does not write
 * them.
 */
export function recordDispatches(backend: CardBackend, compute: () => void): RecordedDispatches {
  submit(backend)
  const dispatches: Dispatch[] = []
  const buffers = new Set<CardBuffer>()
  const constants = new Set<CardBuffer>()
  const free = new Map<string, CardBuffer[]>()
  const recorded = { dispatches, buffers, isComplete: true }
  const { device, bufferManager } = backend
  const stock = { acquire: bufferManager.acquireBuffer, release: bufferManager.releaseBuffer }
  const manager: BufferManager = {
    acquireBuffer(size, usage, isMapped = false, isReused = true) {
      if (usage & (MAP_READ | MAP_WRITE)) return stock.acquire.call(bufferManager, size, usage, isMapped, isReused)
      const isConstant = isMapped || (usage & UNIFORM) !== 0
      const found = isConstant ? undefined : free.get(keyOf({ size, usage }))?.pop()
      const buffer = found ?? device.createBuffer({ size, usage, mappedAtCreation: isMapped })
      buffers.add(buffer)
      if (isConstant) constants.add(buffer)
      return buffer
    },
    releaseBuffer(buffer, isReused = true) {
      if (!buffers.has(buffer)) return stock.release.call(bufferManager, buffer, isReused)
      if (constants.has(buffer)) return
      const key = keyOf(buffer)
      free.set(key, [...(free.get(key) ?? []), buffer])
    },
  }
  const createEncoder = () =>
    watchEncoder(device.createCommandEncoder(), dispatches, (from) => {
      if (buffers.has(from)) recorded.isComplete = false
    })
  // Properties of the objects hide the methods of their classes until they are deleted.
  Object.assign(bufferManager, manager)
  Object.assign(backend, {
    ensureCommandEncoderReady() {
      backend.commandEncoder ??= createEncoder()
    },
  })
  try {
    compute()
  } finally {
    submit(backend)
    for (const name of Object.keys(manager)) Reflect.deleteProperty(bufferManager, name)
    Reflect.deleteProperty(backend, 'ensureCommandEncoderReady')
  }
  return recorded
}

function keyOf({ size, usage }: { size: number; usage: number }): string {
  return `${size} ${usage}`
}

/** Passes everything on, and notes what is run and copied. */
function watchEncoder(
  encoder: CommandEncoder,
  dispatches: Dispatch[],
  onCopy: (from: CardBuffer) => void,
): CommandEncoder {
  return {
    beginComputePass: (descriptor = {}) => watchPass(encoder.beginComputePass(descriptor), dispatches),
    copyBufferToBuffer(from, fromAt, to, toAt, size) {
      onCopy(from)
      encoder.copyBufferToBuffer(from, fromAt, to, toAt, size)
    },
    finish: () => encoder.finish(),
  }
}

function watchPass(pass: ComputePass, dispatches: Dispatch[]): ComputePass {
  let pipeline: object = {}
  let group: object = {}
  return {
    setPipeline(given) {
      pipeline = given
      pass.setPipeline(given)
    },
    setBindGroup(index, given) {
      group = given
      pass.setBindGroup(index, given)
    },
    dispatchWorkgroups(x, y, z) {
      dispatches.push({ pipeline, group, workgroups: [x, y, z] })
      pass.dispatchWorkgroups(x, y, z)
    },
    end: () => pass.end(),
  }
}
