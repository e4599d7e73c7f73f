import type { TensorInfo } from '@tensorflow/tfjs-core'
import { SUM_OF_ROWS } from '../layer-gradients.js'
import {
  createElementProgram,
  registerWebgpuKernel,
  type WebgpuBackend,
  type WebgpuProgram,
  type WebgpuUniform,
} from './program.js'

/** A tensor as a matrix whose columns are the last axis; its rows are divided into parts of `chunk`. */
export interface Parts {
  rows: number
  columns: number
  chunk: number
  parts: number
}

/** Number of threads that keeps a large card busy. Each adds up one column of one part. */
const WANTED_THREADS = 65_536
const LEAST_CHUNK = 16
const ELEMENT_WORKGROUP = 128
const COMBINE_WORKGROUP = 64
const UNIFORMS = 'rows : i32, columns : i32, chunk : i32, parts : i32,'

/** How a tensor of this shape is divided. */
export function partsOf(shape: number[]): Parts {
  const columns = shape[shape.length - 1]
  const rows = shape.reduce((product, side) => product * side, 1) / columns
  const chunk = Math.max(LEAST_CHUNK, Math.ceil((rows * columns) / WANTED_THREADS))
  return { rows, columns, chunk, parts: Math.ceil(rows / chunk) }
}

/**
 * Runs `code` for each column and each part of the rows. The code sees `column`, `begin` and `end`, and stores `count`
 * numbers with `store(i, value)`, which are returned. It may call `functions`. The name stands for both texts.
 */
export function runOverParts(
  backend: WebgpuBackend,
  name: string,
  inputs: Record<string, TensorInfo>,
  dealt: Parts,
  count: number,
  code: string,
  functions = '',
): TensorInfo {
  const { columns, parts } = dealt
  const program = createElementProgram(
    {
      shaderKey: `actbench parts ${name}`,
      variableNames: Object.keys(inputs),
      outputShape: [parts * count * columns],
      uniforms: UNIFORMS,
    },
    `${functions}
var<private> first : i32;
fn store(i : i32, value : f32) { setOutputAtIndex(first + i * uniforms.columns, value); }
fn main(index : i32) {
  let part = index / uniforms.columns;
  let column = index - part * uniforms.columns;
  if (part < uniforms.parts) {
    first = part * ${count} * uniforms.columns + column;
    let begin = part * uniforms.chunk;
    let end = min(begin + uniforms.chunk, uniforms.rows);
    ${code}
  }
}`,
  )
  program.dispatch = [Math.ceil((parts * columns) / ELEMENT_WORKGROUP), 1, 1]
  return backend.runWebGPUProgram(program, Object.values(inputs).map(flat), 'float32', uniformsOf(dealt))
}

/**
 * For each column, `finish` (an expression of `sum`) of the sum over all parts of `term` (an expression of `column` and
 * `part`). Workgroups add in a fixed tree, so equal inputs give equal bytes.
 */
export function combineParts(
  backend: WebgpuBackend,
  name: string,
  inputs: Record<string, TensorInfo>,
  dealt: Parts,
  { term, finish }: { term: string; finish: string },
): TensorInfo {
  const program: WebgpuProgram = {
    shaderKey: `actbench combine ${name}`,
    variableNames: Object.keys(inputs),
    outputShape: [dealt.columns],
    uniforms: UNIFORMS,
    // Not everything in x, because then `main` would take an index.
    dispatchLayout: { x: [], y: [0] },
    dispatch: [dealt.columns, 1, 1],
    workgroupSize: [COMBINE_WORKGROUP, 1, 1],
    getUserCode: () => `var<workgroup> sums : array<f32, ${COMBINE_WORKGROUP}>;
fn main() {
  let column = i32(workgroupId.x);
  let thread = i32(localIndex);
  var ofThread = 0.0;
  for (var part = thread; part < uniforms.parts; part += ${COMBINE_WORKGROUP}) { ofThread += ${term}; }
  sums[thread] = ofThread;
  workgroupBarrier();
  for (var half = ${COMBINE_WORKGROUP / 2}; half > 0; half /= 2) {
    if (thread < half) { sums[thread] += sums[thread + half]; }
    workgroupBarrier();
  }
  if (thread == 0) {
    let sum = sums[0];
    setOutputAtIndex(column, ${finish});
  }
}`,
  }
  return backend.runWebGPUProgram(program, Object.values(inputs).map(flat), 'float32', uniformsOf(dealt))
}

/** With fewer parts than this, a workgroup for each sum would leave most of its threads without work. */
const LEAST_PARTS_OF_TREE = 32
/** Workgroups along one axis of a dispatch that every device allows. */
export const MOST_WORKGROUPS = 65_535

/** The sum of `parts` vectors of equal length, which `sums` has one after the other. Disposes `sums`. */
export function addParts(backend: WebgpuBackend, sums: TensorInfo, parts: number): TensorInfo {
  if (parts === 1) return sums
  const size = sums.shape[0] / parts
  const isTree = parts >= LEAST_PARTS_OF_TREE && size <= MOST_WORKGROUPS
  const how = { term: 'sums0[part * uniforms.columns + column]', finish: 'sum' }
  const sum = isTree
    ? combineParts(backend, 'sum', { sums0: sums }, { rows: parts, columns: size, chunk: 1, parts }, how)
    : backend.runWebGPUProgram(
        createElementProgram(
          { shaderKey: 'actbench sum of parts', variableNames: ['x'], outputShape: [size], uniforms: 'parts : i32,' },
          SUM_OF_PARTS_CODE,
        ),
        [sums],
        'float32',
        [{ type: 'int32', data: [parts] }],
      )
  backend.disposeData(sums.dataId)
  return sum
}

const SUM_OF_PARTS_CODE = `fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = 0.0;
    for (var part = 0; part < uniforms.parts; part++) { sum += x[part * uniforms.size + index]; }
    setOutputAtIndex(index, sum);
  }
}`

/** Registers the sum over all axes except the last. The backend's own sum first writes out the transposed tensor. */
export function registerWebgpuSumOfRows(): void {
  registerWebgpuKernel(SUM_OF_ROWS, ({ inputs: { x }, backend }: SumCall) => {
    const dealt = partsOf(x.shape)
    const code = `var sum = 0.0;
    for (var row = begin; row < end; row++) { sum += x[row * uniforms.columns + column]; }
    store(0, sum);`
    const sums = runOverParts(backend, 'sum', { x }, dealt, 1, code)
    return addParts(backend, sums, dealt.parts)
  })
}

interface SumCall {
  inputs: { x: TensorInfo }
  backend: WebgpuBackend
}

/** As one row, so that one pipeline serves all shapes. */
export function flat({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  return { dataId, shape: [shape.reduce((product, side) => product * side, 1)], dtype }
}

function uniformsOf({ rows, columns, chunk, parts }: Parts): WebgpuUniform[] {
  return [rows, columns, chunk, parts].map((number) => ({ type: 'int32', data: [number] }))
}
