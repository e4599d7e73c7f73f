import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { PositionBlock } from '../../layers/average-pool.js'
import { writeColumnSums } from './code/column-passes.js'
import { compiled } from './code/compiled.js'
import { writeCopies } from './code/copies.js'
import { addressOf, allocate, viewOf, type WasmBackend } from './heap.js'

/** Means over positions, batch × channels. */
export function meanOfPositions(
  backend: WasmBackend,
  { x }: { x: TensorInfo },
  { batch, positions, channels }: PositionBlock,
): TensorInfo {
  const means = allocate(backend, [batch, channels])
  const addUp = compiled(backend, writeColumnSums, { rows: positions, columns: channels })
  const [from, to] = [addressOf(backend, x), addressOf(backend, means)]
  for (let b = 0; b < batch; b++) addUp(from + 4 * b * positions * channels, 0, to + 4 * b * channels)
  const values = viewOf(backend, means)
  for (let i = 0; i < values.length; i++) values[i] /= positions
  return means
}

/** Gives every position its share of the gradient of the mean. */
export function meanOfPositionsGradient(
  backend: WasmBackend,
  { dy }: { dy: TensorInfo },
  { batch, positions, channels, shape }: PositionBlock & { shape: number[] },
): TensorInfo {
  const gradient = allocate(backend, shape)
  const shares = allocate(backend, [batch, channels])
  viewOf(backend, shares).set(viewOf(backend, dy).map((value) => value / positions))
  compiled(backend, writeCopies, {
    length: channels,
    loops: [
      { count: batch, fromStep: channels, toStep: positions * channels },
      { count: positions, fromStep: 0, toStep: channels },
    ],
  })(addressOf(backend, shares), addressOf(backend, gradient))
  backend.disposeData(shares.dataId)
  return gradient
}

/** Sum over all axes except the last. The backend's own reduction first transposes the whole tensor. */
export function sumOfRows(backend: WasmBackend, { x }: { x: TensorInfo }): TensorInfo {
  const columns = x.shape[x.shape.length - 1]
  const rows = x.shape.slice(0, -1).reduce((product, length) => product * length, 1)
  const sum = allocate(backend, [columns])
  compiled(backend, writeColumnSums, { rows, columns })(addressOf(backend, x), 0, addressOf(backend, sum))
  return sum
}
