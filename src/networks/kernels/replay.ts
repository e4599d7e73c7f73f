import {
  type DataId,
  type DataType,
  dispose as disposeTensors,
  engine,
  getKernelsForBackend,
  type KernelFunc,
  keep,
  registerKernel,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import type { Random } from '../../numeric/random.js'
import { DROPOUT_MASK } from '../layers/dropout.js'

/** Backends whose kernels can be recorded. */
const recordable = new Set<string>()
let recording: Recording | null = null
/** Kernels call others, which are part of them. */
let depth = 0

/** Lets the kernels of a backend be recorded. Their results must be ready when they return. */
export function makeRecordable(backendName: string): void {
  recordable.add(backendName)
  for (const { kernelFunc, ...kernel } of getKernelsForBackend(backendName)) {
    unregisterKernel(kernel.kernelName, backendName)
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        if (recording === null || depth > 0) return kernelFunc(call)
        depth++
        try {
          const outputs = kernelFunc(call)
          recording.note(kernel.kernelName, kernelFunc, call, [outputs].flat())
          return outputs
        } finally {
          depth--
        }
      },
    })
  }
}

/**
 * A computation that is the same each time except for its input tensors: each time the same kernels run, with the same
 * shapes and attributes. The first time it is recorded, and the second time compared with a replay. From then on only the
 * kernels run whose results are used, without the library's records for gradients, which take as long as small kernels.
 */
export interface Replay {
  /**
   * The outputs, which the caller disposes. The inputs stay. `random` is the stream from which the computation draws seeds of
   * dropout masks, and nothing else.
   */
  run(inputs: readonly Tensor[], compute: () => Tensor[], random?: Random): Tensor[]
  dispose(): void
}

export function createReplay(): Replay {
  let program: Program | null = null
  let state: 'new' | 'recorded' | 'trusted' | 'refused' = 'new'
  let shapes = ''
  const shapesOf = (inputs: readonly Tensor[]): string => JSON.stringify(inputs.map(({ shape }) => shape))
  const play = (found: Program, inputs: readonly Tensor[]): Tensor[] =>
    found.run(inputs).map((info) => engine().makeTensorFromTensorInfo(info))
  const dispose = (): void => {
    program?.dispose()
    program = null
  }
  return {
    run(inputs, compute) {
      if (state === 'new' && recordable.has(engine().backendName)) {
        const recorded = record(inputs, compute)
        program = recorded.program
        state = program ? 'recorded' : 'refused'
        shapes = shapesOf(inputs)
        return recorded.outputs
      }
      if (program === null || shapesOf(inputs) !== shapes) return compute()
      if (state === 'trusted') return play(program, inputs)
      const [outputs, replayed] = [compute(), play(program, inputs)]
      state = outputs.every((output, i) => hasEqualBits(output, replayed[i])) ? 'trusted' : 'refused'
      disposeTensors(replayed)
      if (state === 'refused') dispose()
      return outputs
    },
    dispose,
  }
}

interface Value {
  slot: number
  shape: number[]
  dtype: DataType
}

interface RecordedCall {
  kernel: KernelFunc
  inputs: Record<string, TensorInfo>
  /** Which inputs to set before the kernel runs. */
  reads: { info: TensorInfo; slot: number }[]
  attrs: object
  outputs: number[]
  /** Slots that nobody uses after this call. */
  released: number[]
}

interface Program {
  run(inputs: readonly TensorInfo[]): TensorInfo[]
  dispose(): void
}

interface Recording {
  note(name: string, kernel: KernelFunc, call: Parameters<KernelFunc>[0], outputs: TensorInfo[]): void
}

function record(inputs: readonly Tensor[], compute: () => Tensor[]): { outputs: Tensor[]; program: Program | null } {
  const { backend } = engine()
  const slots = new Map<DataId, number>()
  const constants: Tensor[] = []
  const calls: RecordedCall[] = []
  let isUsable = true
  const newSlot = (id: DataId): number => {
    slots.set(id, slots.size)
    return slots.size - 1
  }
  for (const { dataId } of inputs) newSlot(dataId)
  const fixed: number[] = []
  /** What no recorded kernel has written is a constant, of which the program keeps a copy. */
  const slotOf = ({ dataId, shape, dtype }: TensorInfo): number => {
    const known = slots.get(dataId)
    if (known !== undefined) return known
    constants.push(keep(engine().makeTensor(backend.readSync(dataId) as Float32Array, shape, dtype)))
    fixed.push(slots.size)
    return newSlot(dataId)
  }
  recording = {
    note(name, kernel, call, outputs) {
      const read = (info: TensorInfo | undefined) => info && { info: { ...copyOf(info) }, slot: slotOf(info) }
      const given = Object.entries(call.inputs as Record<string, TensorInfo | undefined>)
      const found = given.map(([key, info]) => [key, read(info)] as const)
      const shared = outputs.filter(({ dataId }) => slots.has(dataId))
      if (name === DROPOUT_MASK || (shared.length > 0 && shared.length < outputs.length)) isUsable = false
      if (shared.length > 0) return
      const named = Object.fromEntries(found.map(([key, value]) => [key, value?.info]))
      calls.push({
        kernel,
        inputs: (Array.isArray(call.inputs) ? Object.values(named) : named) as Record<string, TensorInfo>,
        reads: found.flatMap(([, value]) => value ?? []),
        attrs: call.attrs as object,
        outputs: outputs.map(({ dataId }) => newSlot(dataId)),
        released: [],
      })
    },
  }
  let outputs: Tensor[]
  try {
    outputs = compute()
  } finally {
    recording = null
  }
  const results = outputs.map(({ dataId, shape, dtype }) => ({ slot: slots.get(dataId) ?? -1, shape, dtype }))
  const isOwn = (slot: number): boolean => slot >= inputs.length && !fixed.includes(slot)
  if (!results.every(({ slot }) => isOwn(slot)) || new Set(results.map(({ slot }) => slot)).size < results.length) {
    isUsable = false
  }
  if (!isUsable) {
    disposeTensors(constants)
    return { outputs, program: null }
  }
  const used = keepUsed(calls, results, isOwn)
  return { outputs, program: createProgram(used, results, slots.size, fixed, constants) }
}

/** Leaves out the calls whose results nobody uses, and notes after which call a result is not used any more. */
function keepUsed(calls: RecordedCall[], results: readonly Value[], isOwn: (slot: number) => boolean): RecordedCall[] {
  const wanted = new Set(results.map(({ slot }) => slot))
  const used: RecordedCall[] = []
  for (const call of [...calls].reverse()) {
    if (!call.outputs.some((slot) => wanted.has(slot))) continue
    const before = [...new Set(call.reads.map(({ slot }) => slot))].filter((slot) => isOwn(slot) && !wanted.has(slot))
    call.released = [...before, ...call.outputs.filter((slot) => !wanted.has(slot))]
    for (const { slot } of call.reads) wanted.add(slot)
    used.unshift(call)
  }
  return used
}

function createProgram(
  calls: readonly RecordedCall[],
  results: readonly Value[],
  size: number,
  fixed: readonly number[],
  constants: readonly Tensor[],
): Program {
  const { backend } = engine()
  const ids = new Array<DataId>(size)
  fixed.forEach((slot, i) => {
    ids[slot] = constants[i].dataId
  })
  return {
    run(inputs) {
      for (let i = 0; i < inputs.length; i++) ids[i] = inputs[i].dataId
      for (const { kernel, inputs: given, reads, attrs, outputs, released } of calls) {
        for (const { info, slot } of reads) info.dataId = ids[slot]
        const written = kernel({ inputs: given, attrs: attrs as never, backend })
        if (Array.isArray(written)) for (let i = 0; i < outputs.length; i++) ids[outputs[i]] = written[i].dataId
        else ids[outputs[0]] = written.dataId
        for (const slot of released) backend.disposeData(ids[slot])
      }
      return results.map(({ slot, shape, dtype }) => ({ dataId: ids[slot], shape, dtype }))
    },
    dispose: () => disposeTensors([...constants]),
  }
}

function copyOf({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  return { dataId, shape, dtype }
}

function hasEqualBits(a: Tensor, b: Tensor): boolean {
  const [left, right] = [a, b].map((tensor) => {
    const { buffer, byteOffset, byteLength } = tensor.dataSync()
    return Buffer.from(buffer, byteOffset, byteLength)
  })
  return left.equals(right)
}
