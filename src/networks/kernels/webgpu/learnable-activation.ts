import type { TensorInfo } from '@tensorflow/tfjs-core'
import { INPUT } from '../../../activations/expression.js'
import {
  LEARNABLE_GRADIENT,
  LEARNABLE_VALUE,
  LEARNABLE_VALUE_AND_DERIVATIVE,
  type LearnableActivation,
} from '../../layers/learnable-activation.js'
import { combineParts, flat, partsOf, runOverParts } from './column-sums.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend } from './program.js'
import { WGSL_FUNCTIONS } from './wgsl-functions.js'
import { generateWgsl, type WgslSource } from './wgsl-source.js'

interface Call<Input extends string> {
  inputs: Record<Input, TensorInfo>
  attrs: { activation: LearnableActivation }
  backend: WebgpuBackend
}

/**
 * Registers activations with parameters as shaders. The text of a shader depends on the function, and the parameters are an
 * input, so a shader is compiled once for a training.
 */
export function registerWebgpuLearnableActivations(): void {
  registerWebgpuKernel(LEARNABLE_VALUE, (call: Call<'x' | 'parameters'>) => compute(call, 'value'))
  registerWebgpuKernel(LEARNABLE_VALUE_AND_DERIVATIVE, (call: Call<'x' | 'parameters'>) => [
    compute(call, 'value'),
    compute(call, 'derivative'),
  ])
  registerWebgpuKernel(LEARNABLE_GRADIENT, sumGradients)
}

/** The normalised values, or their derivatives by the input. */
function compute({ inputs, attrs, backend }: Call<'x' | 'parameters'>, wanted: 'value' | 'derivative'): TensorInfo {
  const { x, parameters } = inputs
  const { activation } = attrs
  const { mean, standardDeviation } = activation
  const source = generateWgsl(activation.expression, activation.forms, INPUT)
  const shift = wanted === 'value' ? ` - f32(${mean})` : ''
  const result = `(${wanted === 'value' ? source.value : carefulDerivative(source)}${shift}) / f32(${standardDeviation})`
  const code = writeFunction('act_compute', activation, source, result)
  const program = createElementProgram(
    {
      shaderKey: `actbench learnable ${code}`,
      variableNames: ['A', 'V'],
      outputShape: flat(x).shape,
      uniforms: 'columns : i32,',
    },
    `${WGSL_FUNCTIONS}
${code}
fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, act_compute(A[index], index % uniforms.columns)); }
}`,
  )
  const columns = { type: 'int32' as const, data: [x.shape[x.shape.length - 1]] }
  const output = backend.runWebGPUProgram(program, [flat(x), flat(parameters)], 'float32', [columns])
  return { ...output, shape: x.shape }
}

/**
 * The gradient by each parameter: sums over parts of the rows for each channel, then over the parts, and over the channels
 * if they share the parameters. The order of the additions is fixed, so equal inputs give equal bytes.
 */
function sumGradients({ inputs, attrs, backend }: Call<'dy' | 'x' | 'parameters'>): TensorInfo {
  const { dy, x, parameters } = inputs
  const { activation } = attrs
  const by = activation.learnable.parameters
  const functions = by.map((parameter, row) => {
    const source = generateWgsl(activation.expression, activation.forms, parameter)
    const result = `${carefulDerivative(source)} / f32(${activation.standardDeviation})`
    return writeFunction(`act_slopeBy${row}`, activation, source, result)
  })
  const forEach = (write: (row: number) => string) => by.map((_, row) => write(row)).join('\n')
  const dealt = partsOf(x.shape)
  const sums = runOverParts(
    backend,
    `learnable ${functions.join('')}`,
    { D: dy, A: x, V: parameters },
    dealt,
    by.length,
    `${forEach((row) => `var sum${row} = 0.0;`)}
    for (var row = begin; row < end; row++) {
      let at = row * uniforms.columns + column;
      ${forEach((row) => `sum${row} += D[at] * act_slopeBy${row}(A[at], column);`)}
    }
    ${forEach((row) => `store(${row}, sum${row});`)}`,
    `${WGSL_FUNCTIONS}\n${functions.join('\n')}`,
  )
  const columns = by.length * dealt.columns
  const byChannel = combineParts(
    backend,
    'first of parts',
    { sums0: sums },
    { ...dealt, columns },
    { term: 'sums0[part * uniforms.columns + column]', finish: 'sum' },
  )
  backend.disposeData(sums.dataId)
  if (activation.learnable.isPerChannel) return { ...byChannel, shape: parameters.shape }
  const channels = { rows: dealt.columns, columns: by.length, chunk: 1, parts: dealt.columns }
  const total = combineParts(backend, 'channels', { sums0: byChannel }, channels, {
    term: 'sums0[column * uniforms.parts + part]',
    finish: 'sum',
  })
  backend.disposeData(byChannel.dataId)
  return { ...total, shape: parameters.shape }
}

/** A function of `x` and of the channel, which reads the parameters from `V`. */
function writeFunction(
  name: string,
  { learnable }: LearnableActivation,
  { statements }: WgslSource,
  result: string,
): string {
  const place = (row: number) => (learnable.isPerChannel ? `${row} * uniforms.columns + column` : `${row}`)
  const parameters = learnable.parameters.map((_, row) => `let p${row} : f32 = V[${place(row)}];`)
  return `fn ${name}(x : f32, column : i32) -> f32 {
${parameters.join('\n')}
${statements}
return ${result};
}`
}

/** NaN if the value is NaN. */
function carefulDerivative({ value, derivative }: WgslSource): string {
  return `select(${derivative}, ${value}, act_isNaN(${value}))`
}
