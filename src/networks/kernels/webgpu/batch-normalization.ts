import type { TensorInfo } from '@tensorflow/tfjs-core'
import { BATCH_NORM, BATCH_NORM_GRADIENT, NORMALIZATION_EPSILON } from '../../layers/batch-normalization.js'
import { combineParts, flat, partsOf, runOverParts } from './column-sums.js'
import { createElementProgram, registerWebgpuKernel, type WebgpuBackend } from './program.js'

interface NormCall {
  inputs: Record<'x' | 'scale' | 'offset', TensorInfo>
  backend: WebgpuBackend
}

interface GradientCall {
  inputs: Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', TensorInfo>
  backend: WebgpuBackend
}

const INVERSE = `inverseSqrt(variance[column] + ${NORMALIZATION_EPSILON})`

/**
 * Registers batch normalisation and its gradient as four shaders each. Composed of the backend's operations, a step of
 * ResNet-56 takes some 3,000 shaders, most of them for its 55 normalisations, and recording each costs the host time.
 */
export function registerWebgpuBatchNorm(): void {
  registerWebgpuKernel(BATCH_NORM, batchNorm)
  registerWebgpuKernel(BATCH_NORM_GRADIENT, batchNormGradient)
}

/**
 * Normalised values, and mean and (biased) variance of each channel. Each part of the rows gives a mean and a sum of squares
 * about that mean; the parts are combined by the formula of Chan, Golub and LeVeque. The difference of two large sums,
 * which wasm takes in float64, would lose all digits in float32 if the mean is a thousand deviations.
 */
function batchNorm({ inputs: { x, scale, offset }, backend }: NormCall): TensorInfo[] {
  const dealt = partsOf(x.shape)
  const moments = runOverParts(
    backend,
    'moments',
    { x },
    dealt,
    2,
    `var sum = 0.0;
    for (var row = begin; row < end; row++) { sum += x[row * uniforms.columns + column]; }
    let mean = sum / f32(end - begin);
    var squares = 0.0;
    for (var row = begin; row < end; row++) {
      let difference = x[row * uniforms.columns + column] - mean;
      squares += difference * difference;
    }
    store(0, mean);
    store(1, squares);`,
  )
  const count = 'f32(min(uniforms.chunk, uniforms.rows - part * uniforms.chunk))'
  const partMean = 'moments[2 * part * uniforms.columns + column]'
  const partSquares = 'moments[(2 * part + 1) * uniforms.columns + column]'
  const finish = 'sum / f32(uniforms.rows)'
  const mean = combineParts(backend, 'mean', { moments }, dealt, { term: `${count} * ${partMean}`, finish })
  const variance = combineParts(backend, 'variance', { moments, mean }, dealt, {
    term: `${partSquares} + ${count} * (${partMean} - mean[column]) * (${partMean} - mean[column])`,
    finish,
  })
  backend.disposeData(moments.dataId)
  const value = runByElement(
    backend,
    'normalize',
    { x, scale, offset, mean, variance },
    `(x[index] - mean[column]) * (scale[column] * ${INVERSE}) + offset[column]`,
  )
  return [{ ...value, shape: x.shape }, mean, variance]
}

/**
 * Gradients with respect to input, scale and offset. With x̂ the normalised input and n values in a channel,
 * dx = scale / deviation · (dy - Σ dy / n - x̂ · Σ dy·x̂ / n).
 */
function batchNormGradient({ inputs, backend }: GradientCall): TensorInfo[] {
  const { dy, x, scale, mean, variance } = inputs
  const dealt = partsOf(x.shape)
  const sums = runOverParts(
    backend,
    'products',
    { dy, x, mean },
    dealt,
    2,
    `var sum = 0.0;
    var products = 0.0;
    for (var row = begin; row < end; row++) {
      let at = row * uniforms.columns + column;
      sum += dy[at];
      products += dy[at] * (x[at] - mean[column]);
    }
    store(0, sum);
    store(1, products);`,
  )
  const doffset = combineParts(backend, 'first', { sums0: sums }, dealt, {
    term: 'sums0[2 * part * uniforms.columns + column]',
    finish: 'sum',
  })
  const dscale = combineParts(backend, 'scale', { sums0: sums, variance }, dealt, {
    term: 'sums0[(2 * part + 1) * uniforms.columns + column]',
    finish: `sum * ${INVERSE}`,
  })
  backend.disposeData(sums.dataId)
  const dx = runByElement(
    backend,
    'denormalize',
    { dy, x, scale, mean, variance, dscale, doffset },
    `scale[column] * ${INVERSE} * (dy[index]
      - (doffset[column] + (x[index] - mean[column]) * ${INVERSE} * dscale[column]) / uniforms.rows)`,
    dealt.rows,
  )
  return [{ ...dx, shape: x.shape }, dscale, doffset]
}

/** A tensor of the shape of `x`. Each number is an expression of its `index` and its `column` (the last axis). */
function runByElement(
  backend: WebgpuBackend,
  name: string,
  inputs: Record<string, TensorInfo> & { x: TensorInfo },
  expression: string,
  rows = 1,
): TensorInfo {
  const { shape } = inputs.x
  const program = createElementProgram(
    {
      shaderKey: `actbench ${name}`,
      variableNames: Object.keys(inputs),
      outputShape: flat(inputs.x).shape,
      uniforms: 'columns : i32, rows : f32,',
    },
    `fn main(index : i32) {
  if (index < uniforms.size) {
    let column = index % uniforms.columns;
    setOutputAtIndex(index, ${expression});
  }
}`,
  )
  return backend.runWebGPUProgram(program, Object.values(inputs).map(flat), 'float32', [
    { type: 'int32', data: [shape[shape.length - 1]] },
    { type: 'float32', data: [rows] },
  ])
}
