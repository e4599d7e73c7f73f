import type { Parameter } from '../layers/parameters.js'
import type { EpochMetrics } from './training-result.js'

/** Everything that a training needs to continue after an epoch as if it had not stopped. */
export interface Checkpoint {
  /** What is being trained. A checkpoint of anything else is refused. */
  dataset: string
  version: string
  expression: string
  seed: number
  epochs: EpochMetrics[]
  elapsedSeconds: number
  /** How often the learning rate was halved; absent in checkpoints of older releases. */
  rateHalvings?: number
  /** Why the training ends after these epochs; absent if it continues. */
  endReason?: string
  optimizerSteps: number
  /** Network parameters, then the optimiser's moments as `optimizer/firstMoment` and `optimizer/secondMoment`. */
  parameters: Parameter[]
}

const MAGIC = 0x4b434241
const FORMAT = 1
const HEADER_BYTES = 12

/**
 * The checkpoint as bytes: `ABCK`, format version, length of the JSON that follows (three uint32), the JSON, padding to
 * four bytes, then the numbers as little-endian float32. No bit of them changes.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const parameters = checkpoint.parameters.map(({ name, shape, trainable, ofActivation, values }) => ({
    name,
    shape,
    trainable,
    ofActivation,
    length: values.length,
  }))
  const json = new TextEncoder().encode(JSON.stringify({ ...checkpoint, parameters }))
  const start = HEADER_BYTES + 4 * Math.ceil(json.length / 4)
  const count = checkpoint.parameters.reduce((sum, { values }) => sum + values.length, 0)
  const bytes = new Uint8Array(start + 4 * count)
  new Uint32Array(bytes.buffer, 0, 3).set([MAGIC, FORMAT, json.length])
  bytes.set(json, HEADER_BYTES)
  const numbers = new Float32Array(bytes.buffer, start)
  let offset = 0
  for (const { values } of checkpoint.parameters) {
    numbers.set(values, offset)
    offset += values.length
  }
  return bytes
}

/** The inverse of `encodeCheckpoint`. Throws an error if the bytes are not a checkpoint of this format, or incomplete. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  // A copy, because Float32Array needs an offset that is a multiple of four; a slice of a database row may have another.
  const { buffer } = bytes.slice()
  if (bytes.length < HEADER_BYTES) throw new Error('checkpoint: is incomplete')
  const [magic, format, jsonLength] = new Uint32Array(buffer, 0, 3)
  if (magic !== MAGIC) throw new Error('checkpoint: expected bytes that start with ABCK, got others')
  if (format !== FORMAT) throw new Error(`checkpoint: unknown format; expected ${FORMAT}, got ${format}`)
  const start = HEADER_BYTES + 4 * Math.ceil(jsonLength / 4)
  if (start > bytes.length) throw new Error('checkpoint: is incomplete')
  const { parameters, ...rest } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, HEADER_BYTES, jsonLength)),
  ) as Omit<Checkpoint, 'parameters'> & { parameters: { length: number; name: string; shape: number[] }[] }
  const count = parameters.reduce((sum, { length }) => sum + length, 0)
  if (bytes.length !== start + 4 * count) throw new Error('checkpoint: is incomplete')
  const numbers = new Float32Array(buffer, start)
  let offset = 0
  return {
    ...rest,
    parameters: parameters.map(({ length, ...parameter }) => {
      offset += length
      return { ...parameter, values: numbers.slice(offset - length, offset) } as Parameter
    }),
  }
}
