import type { ImageSplit } from '../../src/networks/tasks/image-task.js'
import { createRandom } from '../../src/numeric/random.js'

/**
 * Pictures of CIFAR-10's shape, ten classes in turn. Each class is a wave of its own direction, length and colour, with a random
 * phase, under noise. With another `side`, the waves are as much longer.
 */
export function drawWaves(name: string, count: number, side = 32): ImageSplit {
  const random = createRandom('waves', name)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const size = side * side * 3
  const pictures = new Float32Array(count * size)
  labels.forEach((label, i) => {
    const angle = (Math.PI * label) / 10
    const frequency = (4 * Math.PI * (1 + (label % 3))) / side
    const phase = 2 * Math.PI * random.uniform()
    for (let j = 0; j < size; j++) {
      const [x, y, channel] = [Math.floor(j / 3) % side, Math.floor(j / 3 / side), j % 3]
      const wave = Math.sin(frequency * (x * Math.cos(angle) + y * Math.sin(angle)) + phase)
      pictures[i * size + j] = (channel === label % 3 ? 1.1 : 0.55) * wave + 0.6 * random.normal()
    }
  })
  return {
    count,
    shape: [side, side, 3],
    labels,
    read: (indices) => {
      const read = new Float32Array(indices.length * size)
      for (let i = 0; i < indices.length; i++) {
        read.set(pictures.subarray(indices[i] * size, (indices[i] + 1) * size), i * size)
      }
      return read
    },
  }
}
