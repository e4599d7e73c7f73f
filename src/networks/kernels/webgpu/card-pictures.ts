import { engine, getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { bufferOf, type CardBackend } from './card-backend.js'
import { flat } from './column-sums.js'
import { createElementProgram, type WebgpuBackend } from './program.js'

/** What is kept of a split of a task. */
export interface Pictures {
  readonly count: number
  /** height × width × channels, or the number of values of a vector. */
  readonly shape: readonly number[]
  read(indices: ArrayLike<number>): Float32Array
}

/** All pictures of a split on the card, where batches are gathered and augmented. */
export interface CardPictures {
  /**
   * The pictures with these numbers as a tensor, which the caller disposes. `moves`, if given, has three numbers for each: how
   * far it is shifted down and right, and 1 if it is mirrored then. Pixels from outside are zero.
   */
  take(indices: ArrayLike<number>, moves: Int32Array | null): Tensor
  dispose(): void
}

/** Pictures of CIFAR-10 take 553 MB. Cards for training have many times as much. */
const MOST_BYTES = 1 << 30
/** Pictures that the host reads at a time. */
const PORTION = 512

const CODE = `fn main(index : i32) {
  if (index < uniforms.size) {
    let place = index / uniforms.channels;
    let line = place / uniforms.sides.y;
    let picture = line / uniforms.sides.x;
    let column = place - line * uniforms.sides.y;
    let y = line - picture * uniforms.sides.x + moves[4 * picture + 1];
    let x = select(column, uniforms.sides.y - 1 - column, moves[4 * picture + 3] == 1) + moves[4 * picture + 2];
    var value = 0.0;
    if (y >= 0 && y < uniforms.sides.x && x >= 0 && x < uniforms.sides.y) {
      let at = (moves[4 * picture] * uniforms.sides.x + y) * uniforms.sides.y + x;
      value = pictures[at * uniforms.channels + index - place * uniforms.channels];
    }
    setOutputAtIndex(index, value);
  }
}`

/** Uploads all pictures. Null if no card computes, or if they do not fit into a buffer of a gibibyte. */
export function openCardPictures({ count, shape, read }: Pictures): CardPictures | null {
  const length = shape.reduce((product, side) => product * side, 1)
  if (getBackend() !== 'webgpu') return null
  const backend = engine().backend as unknown as CardBackend & WebgpuBackend
  const { maxBufferSize, maxStorageBufferBindingSize } = backend.device.limits
  if (4 * count * length > Math.min(MOST_BYTES, maxBufferSize, maxStorageBufferBindingSize)) return null
  const pictures = backend.makeTensorInfo([count * length], 'float32')
  const buffer = bufferOf(backend, pictures.dataId)
  for (let start = 0; start < count; start += PORTION) {
    const portion = read(Array.from({ length: Math.min(PORTION, count - start) }, (_, i) => start + i))
    backend.queue.writeBuffer(buffer, 4 * start * length, portion)
  }
  const [height, width, channels] = shape.length === 3 ? shape : [1, 1, length]
  return {
    take(indices, moves) {
      const places = uploadPlaces(indices, moves)
      const program = createElementProgram(
        {
          shaderKey: 'actbench pictures',
          variableNames: ['pictures', 'moves'],
          outputShape: [indices.length * length],
          uniforms: 'sides : vec2<i32>, channels : i32,',
        },
        CODE,
      )
      const batch = backend.runWebGPUProgram(program, [pictures, flat(places)], 'float32', [
        { type: 'int32', data: [height, width] },
        { type: 'int32', data: [channels] },
      ])
      backend.disposeData(places.dataId)
      return engine().makeTensorFromTensorInfo({ ...batch, shape: [indices.length, ...shape] })
    },
    dispose: () => void backend.disposeData(pictures.dataId),
  }
}

function uploadPlaces(indices: ArrayLike<number>, moves: Int32Array | null): TensorInfo {
  const places = new Int32Array(4 * indices.length)
  for (let i = 0; i < indices.length; i++) {
    places[4 * i] = indices[i]
    if (moves) places.set(moves.subarray(3 * i, 3 * i + 3), 4 * i + 1)
  }
  return { dataId: engine().backend.write(places, [places.length], 'int32'), shape: [places.length], dtype: 'int32' }
}
