import { dispose as disposeTensors, engine, type Tensor } from '@tensorflow/tfjs-core'
import type { Random } from '../../../numeric/random.js'
import { drawSeed } from '../../layers/dropout.js'
import type { Replay } from '../replay.js'
import {
  bufferOf,
  type CardBackend,
  type CardBuffer,
  type ComputePass,
  destroyFreeBuffers,
  openEncoder,
  submit,
} from './card-backend.js'
import { type Mask, watchMasks } from './dropout.js'
import { type Dispatch, recordDispatches } from './record-dispatches.js'

/**
 * A replay on a graphics card. The first run notes each run of a shader with its bound buffers, and later runs send the same
 * list again. Otherwise the host makes a bind group and a uniform buffer for every shader, and asks the library for the
 * gradients of every layer, which takes longer than the card needs for batches of 128.
 *
 * The second run compares all bytes with those of a usual run. Until that comparison is done, and if it fails, the
 * computation runs as usual. Masks of dropout get new seeds in each run.
 */
export function createCardReplay(): Replay {
  let program: Program | null = null
  let state: 'new' | 'recorded' | 'compared' | 'trusted' | 'refused' = 'new'
  let kind = ''
  const dispose = (): void => {
    program?.dispose()
    program = null
    state = 'refused'
  }
  async function compare(outputs: readonly Tensor[], replayed: readonly Tensor[]): Promise<void> {
    const pairs = await Promise.all(outputs.map((output, i) => Promise.all([output.data(), replayed[i].data()])))
    disposeTensors([...outputs, ...replayed])
    if (state !== 'compared') return
    if (!pairs.every(([a, b]) => bytesOf(a).equals(bytesOf(b)))) return dispose()
    state = 'trusted'
    // A whole step's memory, which only usual runs need.
    destroyFreeBuffers(engine().backend as unknown as CardBackend)
  }
  return {
    run(inputs, compute, random) {
      const given = describe(inputs, random)
      if (state === 'new') {
        const recorded = record(inputs, compute)
        program = recorded.program
        state = program ? 'recorded' : 'refused'
        kind = given
        return recorded.outputs
      }
      if (program === null || given !== kind || state === 'compared') return compute()
      if (state === 'trusted') {
        const seeds = program.masks.map(() => drawSeed(random as Random))
        return program.run(inputs, seeds)
      }
      let outputs: Tensor[] = []
      const masks = watchMasks(() => {
        outputs = compute()
      })
      const replayed = program.run(
        inputs,
        masks.map(({ seed }) => seed),
      )
      state = 'compared'
      // The caller disposes its outputs, perhaps before they are read.
      const copies = outputs.map((output) => output.clone())
      void compare(copies, replayed).catch(dispose)
      return outputs
    },
    dispose,
  }
}

function describe(inputs: readonly Tensor[], random: Random | undefined): string {
  return JSON.stringify([random !== undefined, ...inputs.map(({ shape, dtype }) => [shape, dtype])])
}

/** Shaders that are sent at a time, so that the card starts while the host still sends the rest. */
const PORTION = 64

interface Output {
  buffer: CardBuffer
  shape: number[]
  dtype: Tensor['dtype']
}

interface Program {
  masks: readonly Mask[]
  run(inputs: readonly Tensor[], seeds: readonly number[]): Tensor[]
  dispose(): void
}

/** During the recording, the inputs are in buffers of the program, because the caller disposes its own. */
function record(inputs: readonly Tensor[], compute: () => Tensor[]): { outputs: Tensor[]; program: Program | null } {
  const backend = engine().backend as unknown as CardBackend
  const places = inputs.map(({ dataId }) => {
    const own = bufferOf(backend, dataId)
    const { size, usage } = own
    return { data: backend.tensorMap.get(dataId), own, fixed: backend.device.createBuffer({ size, usage }) }
  })
  for (const { own, fixed } of places) openEncoder(backend).copyBufferToBuffer(own, 0, fixed, 0, own.size)
  let results: Tensor[] = []
  let masks: Mask[] = []
  for (const { data, fixed } of places) data.resource = fixed
  const { dispatches, buffers, isComplete } = recordDispatches(backend, () => {
    masks = watchMasks(() => {
      results = compute()
    })
  })
  for (const { data, own } of places) data.resource = own
  const outputs = results.map(({ dataId, shape, dtype }) => {
    return { buffer: backend.tensorMap.get(dataId).resource as CardBuffer, shape, dtype }
  })
  // The results are copied even if they are never replayed, because their buffers are not the backend's.
  const copies = copyOut(backend, outputs)
  submit(backend)
  const isUsable =
    isComplete && new Set(outputs.map(({ buffer }) => buffer)).size === outputs.length && outputs.every(isOwn)
  function isOwn({ buffer }: Output): boolean {
    return buffers.has(buffer)
  }
  for (const result of results) {
    if (buffers.has(backend.tensorMap.get(result.dataId).resource as CardBuffer)) {
      backend.tensorMap.get(result.dataId).resource = null
    }
    result.dispose()
  }
  const fixed = places.map((place) => place.fixed)
  const program = createProgram(backend, { dispatches, masks, fixed, outputs, buffers })
  if (isUsable) return { outputs: copies, program }
  program.dispose()
  return { outputs: copies, program: null }
}

interface Recorded {
  dispatches: readonly Dispatch[]
  masks: readonly Mask[]
  /** Buffers of the inputs. */
  fixed: readonly CardBuffer[]
  outputs: readonly Output[]
  buffers: ReadonlySet<CardBuffer>
}

function createProgram(backend: CardBackend, recorded: Recorded): Program {
  const { dispatches, masks, fixed, outputs, buffers } = recorded
  return {
    masks,
    run(inputs, seeds) {
      masks.forEach(({ buffer }, i) => void backend.queue.writeBuffer(buffer, 0, Uint32Array.of(seeds[i])))
      const own = inputs.map(({ dataId }) => bufferOf(backend, dataId))
      own.forEach((from, i) => void openEncoder(backend).copyBufferToBuffer(from, 0, fixed[i], 0, from.size))
      for (let start = 0; start < dispatches.length; start += PORTION) {
        encode(openEncoder(backend).beginComputePass(), dispatches.slice(start, start + PORTION))
        backend.submitQueue()
      }
      const copies = copyOut(backend, outputs)
      submit(backend)
      return copies
    },
    dispose() {
      for (const buffer of [...buffers, ...fixed]) buffer.destroy()
    },
  }
}

function encode(pass: ComputePass, dispatches: readonly Dispatch[]): void {
  let current: object | null = null
  for (const { pipeline, group, workgroups } of dispatches) {
    if (pipeline !== current) pass.setPipeline(pipeline)
    current = pipeline
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2])
  }
  pass.end()
}

/** Tensors with copies of the numbers in these buffers, which the next run overwrites. */
function copyOut(backend: CardBackend, outputs: readonly Output[]): Tensor[] {
  return outputs.map(({ buffer, shape, dtype }) => {
    const info = backend.makeTensorInfo(shape, dtype)
    const to = bufferOf(backend, info.dataId)
    openEncoder(backend).copyBufferToBuffer(buffer, 0, to, 0, buffer.size)
    return engine().makeTensorFromTensorInfo(info)
  })
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}
