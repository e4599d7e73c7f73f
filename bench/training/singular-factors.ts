// How far rounding moves the Fisher spectrum under several treatments of singular factors:
// node scripts/build.mjs && node build/bench/training/singular-factors.js [functions] [relative rounding]
import { compileExpression } from '../../src/activations/compile-expression.js'
import { OPERATORS } from '../../src/activations/operators.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { computeKroneckerFactors, type KroneckerFactor } from '../../src/features/kronecker-factors.js'
import { type LogEigenvalues, toLogEigenvalues } from '../../src/features/log-eigenvalues.js'
import { computeSpectrumCdf } from '../../src/features/spectrum-histogram.js'
import type { LayerCapture } from '../../src/networks/training/layer-capture.js'
import { createRandom } from '../../src/numeric/random.js'
import { computeSymmetricEigenvalues } from '../../src/numeric/symmetric-eigenvalues.js'
import { capturePlainNetwork } from '../../test/features/plain-network.js'
import {
  type ReferenceLayer,
  type ReferenceNetwork,
  readReferenceNetwork,
} from '../../test/features/reference-networks.js'

type Eigenvalues = Float64Array
type Treatment = (eigenvalues: Eigenvalues) => LogEigenvalues | null

const FLOORS = [1e-6, 1e-8, 1e-10, 1e-12, 1e-14]
const TREATMENTS: [string, Treatment][] = [
  ...FLOORS.map((floor): [string, Treatment] => [`clamp at ${floor}`, (e) => toLogEigenvalues(e, e.length, floor)]),
  ...FLOORS.map((floor): [string, Treatment] => [
    `drop below ${floor}`,
    (e) => drop(toLogEigenvalues(e, e.length, floor)),
  ]),
  ['drop negative ones', (e) => drop(toLogEigenvalues(e, e.length, 0))],
]
const BATCH = 16
const random = createRandom('singular factors')
const functionCount = Number(process.argv[2] ?? 60)
const rounding = Number(process.argv[3] ?? 1e-6)

const expressions = Array.from({ length: functionCount }, pickExpression)
for (const [name, network] of [
  ['3-16-32-32 convolutions', createConvolutions()],
  ['conv-valid', readReferenceNetwork('conv-valid')],
  ['token-dense', readReferenceNetwork('token-dense')],
] as const) {
  const pairs = expressions.flatMap((expression) => {
    const activation = compileExpression(parseExpression(expression))
    const first = capturePlainNetwork(network, activation, Math.fround).captures
    const disturb = (x: number) => Math.fround(x * (1 + rounding * random.normal()))
    const second = capturePlainNetwork(network, activation, disturb).captures
    const isUsable = [...first, ...second].every(hasFiniteValues)
    return isUsable ? [{ expression, layers: [first, second].map(computeEigenvalues) }] : []
  })
  printCounts(
    name,
    pairs.flatMap(({ layers }) => layers.flat(2)),
  )
  for (const [title, treatment] of TREATMENTS) {
    const spectra = pairs.map(({ layers }) => layers.map((factors) => computeSpectrum(factors, treatment)))
    const moved = spectra.map(([a, b]) => computeDistance(a, b))
    const nearest = spectra.map(([a], i) =>
      Math.min(...spectra.flatMap(([b], j) => (i === j ? [] : [computeDistance(a, b)]))),
    )
    const largest = Math.max(...moved)
    const figures = [computeMedian(moved), largest, computeMedian(nearest)].map((value) => value.toFixed(4))
    const worst = pairs[moved.indexOf(largest)].expression
    console.log(
      `  ${title.padEnd(20)} moved: median ${figures[0]}, largest ${figures[1]} (${worst}); nearest: ${figures[2]}`,
    )
  }
}

function pickExpression(): string {
  const pick = (arity: string) => {
    const names = OPERATORS.filter((operator) => operator.arity === arity && operator.inActBench)
    return names[random.integer(names.length)].name
  }
  const [outer, inner] = [pick('UNARY'), pick('UNARY')]
  return random.uniform() < 0.3 ? `${outer}(${inner}(x))` : `${pick('BINARY')}(${outer}(x),${inner}(x))`
}

/** Factors' eigenvalues by layer, those of the missing samples as zeros. */
function computeEigenvalues(captures: LayerCapture[]): [Eigenvalues, Eigenvalues][] {
  const list = ({ matrix, size, dimension }: KroneckerFactor) => {
    const eigenvalues = new Float64Array(dimension)
    eigenvalues.set(computeSymmetricEigenvalues(matrix, size))
    return eigenvalues.sort()
  }
  return captures.map((layer) => {
    const { input, gradient } = computeKroneckerFactors(layer)
    return [list(input), list(gradient)]
  })
}

function computeSpectrum(layers: [Eigenvalues, Eigenvalues][], treatment: Treatment): number[] {
  return layers.flatMap((factors) => {
    const [input, gradient] = factors.map(treatment)
    return input && gradient ? [...computeSpectrumCdf(input, gradient, 101)] : Array(100).fill(1)
  })
}

function drop(logs: LogEigenvalues | null): LogEigenvalues | null {
  return logs && { ...logs, floorCount: 0 }
}

function printCounts(name: string, factors: Eigenvalues[]): void {
  const counts = new Map<string, number>()
  for (const eigenvalues of factors) {
    const largest = eigenvalues[eigenvalues.length - 1]
    if (!(largest > 0)) continue
    for (const value of eigenvalues) {
      const power = Math.max(-18, Math.floor(Math.log10(Math.max(value, 0) / largest)))
      counts.set(`1e${power}`, (counts.get(`1e${power}`) ?? 0) + 1)
    }
  }
  const sorted = [...counts].sort(([a], [b]) => Number(a) - Number(b))
  console.log(`${name}: eigenvalues by size against the largest: ${sorted.map((entry) => entry.join(': ')).join(', ')}`)
}

function computeDistance(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0)
}

function computeMedian(values: number[]): number {
  return values.slice().sort((a, b) => a - b)[values.length >> 1]
}

function hasFiniteValues(layer: LayerCapture): boolean {
  return layer.input.every(Number.isFinite) && layer.outputGradient.every(Number.isFinite)
}

/** 16 x 16 x 3 images, convolutions of width 16-32-32 with strides 1-2-2, dense head; one batch of noise. */
function createConvolutions(): ReferenceNetwork {
  const numbers: number[] = []
  const place = (shape: number[], scale: number) => {
    const offset = numbers.length
    for (let i = shape.reduce((a, b) => a * b, 1); i > 0; i--) numbers.push(random.normal() * scale)
    return { offset, shape }
  }
  const convolve = (name: string, inputs: number, filters: number, stride: number): ReferenceLayer[] => [
    {
      type: 'conv2d',
      name,
      filters,
      kernel_size: 3,
      stride,
      padding: 'same',
      bias: true,
      kernel: place([3, 3, inputs, filters], Math.sqrt(2 / (9 * inputs))),
      bias_values: place([filters], 0.1),
    },
    { type: 'activation', name: `${name}-activation` },
  ]
  const layers: ReferenceLayer[] = [
    ...convolve('c1', 3, 16, 1),
    ...convolve('c2', 16, 32, 2),
    ...convolve('c3', 32, 32, 2),
    { type: 'gap2d', name: 'mean' },
    { type: 'dense', name: 'out', bias: true, kernel: place([32, 10], 0.25), bias_values: place([10], 0.1) },
    { type: 'softmax', name: 'softmax' },
  ]
  const inputs = place([BATCH, 16, 16, 3], 1)
  const labels = place([BATCH, 10], 0)
  for (let i = 0; i < BATCH; i++) numbers[labels.offset + i * 10 + (i % 10)] = 1
  const tensors = Float32Array.from(numbers)
  const readTensor: ReferenceNetwork['readTensor'] = ({ offset, shape }) =>
    tensors.slice(offset, offset + shape.reduce((a, b) => a * b, 1))
  return {
    model: { input_shape: [16, 16, 3], batch: BATCH, layers, inputs, labels },
    layerTensorsFunction: '',
    functions: [],
    readTensor,
    readLayerTensor: readTensor,
  }
}
