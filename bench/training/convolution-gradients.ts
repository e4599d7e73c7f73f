/**
 * Milliseconds of the gradients of convolutions on a graphics card: the kernels of TensorFlow.js against ours, in turn, for
 * the depthwise layers of MobileViTv2-0.5 and the strided layers of All-CNN-C and ResNet-56. Prints a line of JSON for each
 * layer and gradient, with the medians and the greatest difference of the numbers, relative to the greatest number.
 *
 *   node build/bench/training/convolution-gradients.js [--batch 32] [--rounds 5] [--repeats 5] [--layers depthwise,strided] [--only own]
 */
import { parseArgs } from 'node:util'
import {
  engine,
  getKernel,
  type KernelFunc,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
  tensor,
} from '@tensorflow/tfjs-core'
import { openWebgpu } from '../../src/networks/backends/webgpu.js'
import { registerKernels } from '../../src/networks/kernels/register-kernels.js'
import { createRandom } from '../../src/numeric/random.js'

interface Layer {
  kind: 'depthwise' | 'strided'
  name: string
  /** Height and width of the input. */
  size: number
  channels: number
  filters: number
  strides: number
}

const depthwise = (name: string, size: number, channels: number, strides: number): Layer => ({
  kind: 'depthwise',
  name: `MobileViTv2-0.5 ${name}`,
  size,
  channels,
  filters: 1,
  strides,
})
const strided = (name: string, size: number, channels: number, filters: number): Layer => ({
  kind: 'strided',
  name,
  size,
  channels,
  filters,
  strides: 2,
})

const LAYERS: readonly Layer[] = [
  depthwise('stage1/block1', 128, 32, 1),
  depthwise('stage2/block1', 128, 64, 2),
  depthwise('stage2/block2', 64, 128, 1),
  depthwise('stage3/down', 64, 128, 2),
  depthwise('stage3/local', 32, 128, 1),
  depthwise('stage4/down', 32, 256, 2),
  depthwise('stage4/local', 16, 192, 1),
  depthwise('stage5/down', 16, 384, 2),
  depthwise('stage5/local', 8, 256, 1),
  strided('All-CNN-C conv3', 32, 96, 96),
  strided('All-CNN-C conv6', 16, 192, 192),
  strided('ResNet-56 stage 2', 32, 16, 32),
]

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '5' },
    layers: { type: 'string', default: 'depthwise,strided' },
    only: { type: 'string' },
  },
})
const [batch, rounds, repeats] = [values.batch, values.rounds, values.repeats].map(Number)

const NAMES = {
  depthwise: ['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'],
  strided: ['Conv2DBackpropFilter', 'Conv2DBackpropInput'],
} as const

const { device, softwareVersion } = await openWebgpu({ card: null, acceptsProcessor: true })
console.error(`${device}, ${softwareVersion}`)
const kernels = (): Map<string, KernelFunc> =>
  new Map(Object.values(NAMES).flatMap((names) => names.map((name) => [name, getKernel(name, 'webgpu').kernelFunc])))
const stock = kernels()
registerKernels('webgpu')
const own = kernels()

const backend = engine().backend as unknown as {
  queue: { onSubmittedWorkDone(): Promise<void> }
  commandEncoder: object | null
  endComputePassEncoder(): void
  submitQueue(): void
  disposeData(id: object): boolean
}

for (const layer of LAYERS.filter(({ kind }) => values.layers.split(',').includes(kind))) {
  for (const gradient of ['filter', 'input'] as const) console.log(JSON.stringify(await measure(layer, gradient)))
}

async function measure(layer: Layer, gradient: 'filter' | 'input') {
  const { kind, size, channels, filters, strides } = layer
  const outputs = Math.ceil(size / strides)
  const inputShape = [batch, size, size, channels]
  const filterShape = [3, 3, channels, filters]
  const dy = draw('dy', [batch, outputs, outputs, kind === 'depthwise' ? channels : filters])
  const inputs: NamedTensorMap =
    gradient === 'filter' ? { x: draw('x', inputShape), dy } : { dy, filter: draw('w', filterShape) }
  const attrs = { strides: [strides, strides], dilations: [1, 1], pad: 'same', dataFormat: 'NHWC' }
  const shapes = gradient === 'filter' ? { filterShape } : { inputShape }
  const name = NAMES[kind][gradient === 'filter' ? 0 : 1]
  const run = (table: Map<string, KernelFunc>): TensorInfo => {
    const kernel = table.get(name) as KernelFunc
    return kernel({ inputs, attrs: { ...attrs, ...shapes } as never, backend }) as TensorInfo
  }
  const read = async (table: Map<string, KernelFunc>) => engine().makeTensorFromTensorInfo(run(table)).data()
  const tables = values.only === 'own' ? { own } : { stock, own }
  const numbers: Record<string, ArrayLike<number>> = {}
  for (const [by, table] of Object.entries(tables)) numbers[by] = await read(table)
  const times: Record<string, number[]> = { stock: [], own: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [by, table] of Object.entries(tables)) times[by].push(await milliseconds(() => run(table)))
  }
  for (const input of Object.values(inputs)) input.dispose()
  const [stockTime, ownTime] = [times.stock, times.own].map(medianOf)
  return {
    layer: layer.name,
    batch,
    shape: inputShape.slice(1),
    strides,
    gradient,
    stock: stockTime,
    own: ownTime,
    ratio: Number((stockTime / ownTime).toFixed(2)),
    difference: numbers.stock && greatestDifference(numbers.stock, numbers.own),
  }
}

/** Time of one run, from its recording to the end of its work. */
async function milliseconds(run: () => TensorInfo): Promise<number> {
  await finish()
  const started = performance.now()
  for (let i = 0; i < repeats; i++) backend.disposeData(run().dataId)
  await finish()
  return (performance.now() - started) / repeats
}

async function finish(): Promise<void> {
  backend.endComputePassEncoder()
  if (backend.commandEncoder) backend.submitQueue()
  await backend.queue.onSubmittedWorkDone()
}

function draw(name: string, shape: number[]): Tensor {
  const random = createRandom(0, name)
  const length = shape.reduce((product, side) => product * side, 1)
  // Drawn once and repeated, because drawing takes longer than a card computes.
  const drawn = Float32Array.from({ length: Math.min(length, 65_521) }, () => random.normal())
  return tensor(
    Float32Array.from({ length }, (_, i) => drawn[i % drawn.length]),
    shape,
  )
}

function medianOf(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(3))
}

function greatestDifference(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let [difference, greatest] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(expected[i] - actual[i]))
    greatest = Math.max(greatest, Math.abs(expected[i]))
  }
  return difference / greatest
}
