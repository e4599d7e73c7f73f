import type { DataId, DataType, TensorInfo } from '@tensorflow/tfjs-core'

/** A buffer on the card. */
export interface CardBuffer {
  readonly size: number
  readonly usage: number
  destroy(): void
}

export interface ComputePass {
  setPipeline(pipeline: object): void
  setBindGroup(index: number, group: object): void
  dispatchWorkgroups(x: number, y: number, z: number): void
  end(): void
}

export interface CommandEncoder {
  beginComputePass(descriptor?: object): ComputePass
  copyBufferToBuffer(from: CardBuffer, fromAt: number, to: CardBuffer, toAt: number, size: number): void
  finish(): object
}

export interface BufferManager {
  /** Buffers to use again, by size and usage. */
  readonly freeBuffers?: Map<string, CardBuffer[]>
  numFreeBuffers?: number
  numBytesAllocated?: number
  acquireBuffer(size: number, usage: number, isMapped?: boolean, isReused?: boolean): CardBuffer
  releaseBuffer(buffer: CardBuffer, isReused?: boolean): void
}

/** Where the numbers of a tensor are. */
interface TensorData {
  resource?: CardBuffer | null
  values?: unknown
}

/** The inner parts of the webgpu backend of TensorFlow.js 4.22 that recording needs. The lock file pins that version. */
export interface CardBackend {
  readonly device: {
    /** In bytes. */
    readonly limits: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number }
    createBuffer(wanted: { size: number; usage: number; mappedAtCreation?: boolean }): CardBuffer
    createCommandEncoder(): CommandEncoder
  }
  readonly queue: { writeBuffer(buffer: CardBuffer, at: number, data: ArrayBufferView): void }
  readonly bufferManager: BufferManager
  readonly tensorMap: { get(id: DataId): TensorData }
  commandEncoder: CommandEncoder | null
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
  uploadToGPU(id: DataId): void
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo
}

/** The encoder of the backend, outside of a pass. */
export function openEncoder(backend: CardBackend): CommandEncoder {
  backend.ensureCommandEncoderReady()
  backend.endComputePassEncoder()
  return backend.commandEncoder as CommandEncoder
}

/** Sends everything that was recorded to the card. */
export function submit(backend: CardBackend): void {
  openEncoder(backend)
  backend.submitQueue()
}

/** The buffer with the numbers of a tensor, which are uploaded if they are on the host. */
export function bufferOf(backend: CardBackend, id: DataId): CardBuffer {
  backend.uploadToGPU(id)
  return backend.tensorMap.get(id).resource as CardBuffer
}

/** Gives the memory of buffers back that no tensor uses. The backend itself keeps them all. */
export function destroyFreeBuffers(backend: CardBackend): void {
  submit(backend)
  const { bufferManager } = backend
  for (const buffers of bufferManager.freeBuffers?.values() ?? []) {
    for (const buffer of buffers.splice(0)) {
      buffer.destroy()
      bufferManager.numFreeBuffers = (bufferManager.numFreeBuffers ?? 1) - 1
      bufferManager.numBytesAllocated = (bufferManager.numBytesAllocated ?? buffer.size) - buffer.size
    }
  }
}
