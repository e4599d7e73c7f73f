import type { TensorInfo } from '@tensorflow/tfjs-core'
import { ADAM, CLIP_TO_NORM, DESCENT, SUM_OF_SQUARES } from '../../layers/parameters.js'
import type { AdamStep, DescentStep } from '../../optimizer-options.js'
import { addParts, flat } from './column-sums.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend, type WebgpuProgram } from './program.js'

/** A large card works on about this many workgroups at once. */
const MOST_PARTS = 512
const THREADS = 256
/** Numbers that a thread adds up at least. */
const LEAST_NUMBERS = 8

type Call<Names extends string, Attrs> = { inputs: Record<Names, TensorInfo>; attrs: Attrs; backend: WebgpuBackend }

/**
 * Registers the steps of the optimisers, a shader for each vector that they write. Composed of the backend's operations, a step
 * takes three times as many, and the backend's own sum gives all numbers of a network to a single workgroup.
 */
export function registerWebgpuOptimizers(): void {
  registerWebgpuKernel(SUM_OF_SQUARES, ({ inputs: { x }, backend }: Call<'x', unknown>) => sumOfSquares(backend, x))
  registerWebgpuKernel(CLIP_TO_NORM, ({ inputs, attrs, backend }: Call<'x' | 'squares', { greatest: number }>) => {
    // 1e-30 prevents 0/0 if the gradient is zero.
    const code = 'x[index] * clamp(uniforms.greatest / (sqrt(squares[0]) + 1e-30), 0.0, 1.0)'
    return runByElement(backend, 'clip', inputs, attrs, code)
  })
  registerWebgpuKernel(DESCENT, descend)
  registerWebgpuKernel(ADAM, adam)
}

/** Every thread adds up numbers that are as far apart as there are threads, so neighbours read neighbours. */
function sumOfSquares(backend: WebgpuBackend, x: TensorInfo): TensorInfo {
  const size = flat(x).shape[0]
  const parts = Math.min(MOST_PARTS, Math.ceil(size / (THREADS * LEAST_NUMBERS)))
  const program: WebgpuProgram = {
    shaderKey: 'actbench sum of squares',
    variableNames: ['x'],
    outputShape: [parts],
    uniforms: 'length : i32, parts : i32,',
    // Not everything in x, because then `main` would take an index.
    dispatchLayout: { x: [], y: [0] },
    dispatch: [parts, 1, 1],
    workgroupSize: [THREADS, 1, 1],
    getUserCode: () => `var<workgroup> sums : array<f32, ${THREADS}>;
fn main() {
  let part = i32(workgroupId.x);
  let thread = i32(localIndex);
  var sum = 0.0;
  for (var i = part * ${THREADS} + thread; i < uniforms.length; i += ${THREADS} * uniforms.parts) { sum += x[i] * x[i]; }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = ${THREADS / 2}; half > 0; half /= 2) {
    if (thread < half) { sums[thread] += sums[thread + half]; }
    workgroupBarrier();
  }
  if (thread == 0) { setOutputAtIndex(part, sums[0]); }
}`,
  }
  const sums = backend.runWebGPUProgram(program, [flat(x)], 'float32', [
    { type: 'int32', data: [size] },
    { type: 'int32', data: [parts] },
  ])
  return { ...addParts(backend, sums, parts), shape: [] }
}

/** Whether the sum of squares is finite, by its bits, because shader compilers may assume that numbers are. */
const IS_FINITE = '(bitcast<u32>(squares[0]) & 0x7f800000u) != 0x7f800000u'

/** If the sum of squares is not finite, nothing changes. So the next step can start before the host knows. */
function descend({
  inputs: { weights, gradient, velocity, squares },
  attrs,
  backend,
}: Call<'weights' | 'gradient' | 'velocity' | 'squares', DescentStep>): TensorInfo[] {
  const { momentum, weightDecay, rate } = attrs
  const slope = 'gradient[index] + uniforms.weightDecay * weights[index]'
  const next = runByElement(
    backend,
    'velocity',
    { velocity, gradient, weights, squares },
    { momentum, weightDecay },
    `select(velocity[index], uniforms.momentum * velocity[index] + (${slope}), ${IS_FINITE})`,
  )
  const descended = `select(weights[index], weights[index] - uniforms.rate * velocity[index], ${IS_FINITE})`
  return [runByElement(backend, 'descent', { weights, velocity: next, squares }, { rate }, descended), next]
}

/** The operations of `optimize`. */
function adam({
  inputs: { weights, gradient, firstMoment, secondMoment },
  attrs,
  backend,
}: Call<'weights' | 'gradient' | 'firstMoment' | 'secondMoment', AdamStep>): TensorInfo[] {
  const { beta1, beta2, epsilon, rate, kept } = attrs
  const mix = (name: string, before: TensorInfo, kept: number, added: string) => {
    const code = `uniforms.kept * before[index] + uniforms.rest * ${added}`
    return runByElement(backend, name, { before, gradient }, { kept, rest: 1 - kept }, code)
  }
  const first = mix('first moment', firstMoment, beta1, 'gradient[index]')
  const second = mix('second moment', secondMoment, beta2, '(gradient[index] * gradient[index])')
  const next = runByElement(
    backend,
    'adam',
    { weights, first, second },
    { kept, rate, epsilon },
    'uniforms.kept * weights[index] - uniforms.rate * (first[index] / (sqrt(second[index]) + uniforms.epsilon))',
  )
  return [next, first, second]
}

/** A vector as long as the first input: for each `index` the value of an expression of the inputs and the numbers. */
function runByElement(
  backend: WebgpuBackend,
  name: string,
  inputs: Record<string, TensorInfo>,
  numbers: Record<string, number>,
  expression: string,
): TensorInfo {
  const given = Object.values(inputs).map(flat)
  const program = createElementProgram(
    {
      shaderKey: `actbench optimizer ${name}`,
      variableNames: Object.keys(inputs),
      outputShape: given[0].shape,
      uniforms: Object.keys(numbers)
        .map((number) => `${number} : f32,`)
        .join(' '),
    },
    `fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, ${expression}); }
}`,
  )
  const uniforms = Object.values(numbers).map((number) => ({ type: 'float32' as const, data: [number] }))
  return backend.runWebGPUProgram(program, given, 'float32', uniforms)
}
