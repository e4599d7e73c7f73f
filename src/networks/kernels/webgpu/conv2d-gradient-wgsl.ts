/**
 * How a gradient's shader is specialised. Everything else, also the shapes, is passed as uniforms, so a network needs only a
 * handful of pipelines.
 */
export interface ShaderVariant {
  strides: [number, number]
  /** Whether four neighbouring numbers of the first input, and of the second, can be read at once. */
  isFirstVec4: boolean
  isSecondVec4: boolean
}

/** Side length of the square of outputs that a workgroup computes, and number of terms that it loads at a time. */
export const TILE = 64
export const DEPTH = 16
/** 16 × 16 threads of 4 × 4 outputs each. */
export const WORKGROUP_SIZE: [number, number, number] = [16, 16, 1]

/** Uniforms of both gradients, and how many terms each workgroup adds up. */
export const CONV_UNIFORMS = `inSize : vec2<i32>, outSize : vec2<i32>, kernelSize : vec2<i32>, pad : vec2<i32>,
  inChannels : i32, outChannels : i32, rows : i32, columns : i32, terms : i32, chunk : i32,`

/**
 * Gradient with respect to the kernel as a matrix product: row m = kernel position and input channel, column n = output
 * channel, term k = picture and output position. Workgroup z adds up only its own `chunk` of the terms and writes its sums
 * after those of the workgroups before it.
 *
 * In memory, neighbours along m and n are adjacent in both inputs. So the tiles are stored by term, with four rows or columns
 * in a vector, and each thread adds outer products.
 */
export function filterGradientCode({ strides, isFirstVec4, isSecondVec4 }: ShaderVariant): string {
  const [strideY, strideX] = strides
  return `${readQuad('x', isFirstVec4)}
${readQuad('dy', isSecondVec4)}
var<workgroup> tileX : array<vec4<f32>, ${(DEPTH * TILE) / 4}>;
var<workgroup> tileDy : array<vec4<f32>, ${(DEPTH * TILE) / 4}>;

fn main() {
  let side = vec2<i32>(i32(localIndex) % 16, i32(localIndex) / 16);
  let m = i32(workgroupId.y) * ${TILE} + 4 * side.x + vec4<i32>(0, 1, 2, 3);
  let n = i32(workgroupId.x) * ${TILE} + 4 * side.x + vec4<i32>(0, 1, 2, 3);
  let tap = m / uniforms.inChannels;
  let channel = m - tap * uniforms.inChannels;
  let tapY = tap / uniforms.kernelSize.y;
  let offsetY = tapY - uniforms.pad.x;
  let offsetX = tap - tapY * uniforms.kernelSize.y - uniforms.pad.y;
  let isRow = m < vec4<i32>(uniforms.rows);
  let isColumn = n < vec4<i32>(uniforms.columns);
  let begin = i32(workgroupId.z) * uniforms.chunk;
  var sum : array<vec4<f32>, 4>;
  for (var done = 0; done < uniforms.chunk; done += ${DEPTH}) {
    let k = begin + done + side.y;
    let isTerm = k < uniforms.terms;
    let line = k / uniforms.outSize.y;
    let picture = line / uniforms.outSize.x;
    let y = (line - picture * uniforms.outSize.x) * ${strideY} + offsetY;
    let x0 = (k - line * uniforms.outSize.y) * ${strideX} + offsetX;
    let isInside = isRow & (y >= vec4<i32>(0)) & (y < vec4<i32>(uniforms.inSize.x))
      & (x0 >= vec4<i32>(0)) & (x0 < vec4<i32>(uniforms.inSize.y)) & vec4<bool>(isTerm);
    let at = ((picture * uniforms.inSize.x + y) * uniforms.inSize.y + x0) * uniforms.inChannels + channel;
    tileX[localIndex] = read_x(at, isInside);
    tileDy[localIndex] = read_dy(k * uniforms.outChannels + n, isColumn & vec4<bool>(isTerm));
    workgroupBarrier();
    for (var term = 0; term < ${DEPTH}; term++) {
      let left = tileX[16 * term + side.y];
      let right = tileDy[16 * term + side.x];
      sum[0] += left.x * right;
      sum[1] += left.y * right;
      sum[2] += left.z * right;
      sum[3] += left.w * right;
    }
    workgroupBarrier();
  }
  let firstRow = i32(workgroupId.y) * ${TILE} + 4 * side.y;
  let start = i32(workgroupId.z) * uniforms.rows * uniforms.columns;
  for (var i = 0; i < 4; i++) {
    if (firstRow + i < uniforms.rows) {
      for (var j = 0; j < 4; j++) {
        if (isColumn[j]) { setOutputAtIndex(start + (firstRow + i) * uniforms.columns + n[j], sum[i][j]); }
      }
    }
  }
}`
}

/** Vectors from one row of a tile to the next: one more than needed, so that rows do not share memory banks. */
const ROW = DEPTH / 4 + 1

/**
 * Gradient with respect to the input as a matrix product: row m = picture and input position, column n = input channel, term
 * k = kernel position and output channel. A term is zero if no output position has this kernel position over this input.
 *
 * In memory, neighbours along k are adjacent in both inputs. So the tiles are stored by row and by column, with four terms in
 * a vector, and each thread adds inner products.
 */
export function inputGradientCode({ strides, isFirstVec4, isSecondVec4 }: ShaderVariant): string {
  const [strideY, strideX] = strides
  return `${readQuad('dy', isFirstVec4)}
${readQuad('w', isSecondVec4)}
var<workgroup> tileDy : array<vec4<f32>, ${TILE * ROW}>;
var<workgroup> tileW : array<vec4<f32>, ${TILE * ROW}>;

fn main() {
  let side = vec2<i32>(i32(localIndex) % 16, i32(localIndex) / 16);
  let loaded = i32(localIndex) / 4;
  let quad = i32(localIndex) % 4;
  let firstRow = (i32(workgroupId.z) * i32(numWorkgroups.y) + i32(workgroupId.y)) * ${TILE};
  let firstColumn = i32(workgroupId.x) * ${TILE};
  let m = firstRow + loaded;
  let n = firstColumn + loaded;
  let line = m / uniforms.inSize.y;
  let picture = line / uniforms.inSize.x;
  let fromY = line - picture * uniforms.inSize.x + uniforms.pad.x;
  let fromX = m - line * uniforms.inSize.y + uniforms.pad.y;
  let isRow = m < uniforms.rows;
  let isColumn = n < uniforms.columns;
  var sum : array<vec4<f32>, 4>;
  for (var done = 0; done < uniforms.terms; done += ${DEPTH}) {
    let k = done + 4 * quad + vec4<i32>(0, 1, 2, 3);
    let isTerm = k < vec4<i32>(uniforms.terms);
    let tap = k / uniforms.outChannels;
    let channel = k - tap * uniforms.outChannels;
    let tapY = tap / uniforms.kernelSize.y;
    let reachY = fromY - tapY;
    let reachX = fromX - (tap - tapY * uniforms.kernelSize.y);
    let y = reachY / ${strideY};
    let x = reachX / ${strideX};
    let isOver = isTerm & vec4<bool>(isRow) & (reachY >= vec4<i32>(0)) & (reachX >= vec4<i32>(0))
      & (y < vec4<i32>(uniforms.outSize.x)) & (x < vec4<i32>(uniforms.outSize.y))
      & (y * ${strideY} == reachY) & (x * ${strideX} == reachX);
    let at = ((picture * uniforms.outSize.x + y) * uniforms.outSize.y + x) * uniforms.outChannels + channel;
    tileDy[loaded * ${ROW} + quad] = read_dy(at, isOver);
    let weight = (tap * uniforms.inChannels + n) * uniforms.outChannels + channel;
    tileW[loaded * ${ROW} + quad] = read_w(weight, isTerm & vec4<bool>(isColumn));
    workgroupBarrier();
    for (var term = 0; term < ${DEPTH / 4}; term++) {
      let right = array<vec4<f32>, 4>(
        tileW[side.x * ${ROW} + term],
        tileW[(side.x + 16) * ${ROW} + term],
        tileW[(side.x + 32) * ${ROW} + term],
        tileW[(side.x + 48) * ${ROW} + term],
      );
      for (var i = 0; i < 4; i++) {
        let left = tileDy[(side.y + 16 * i) * ${ROW} + term];
        sum[i] += vec4<f32>(dot(left, right[0]), dot(left, right[1]), dot(left, right[2]), dot(left, right[3]));
      }
    }
    workgroupBarrier();
  }
  for (var i = 0; i < 4; i++) {
    let row = firstRow + side.y + 16 * i;
    if (row < uniforms.rows) {
      for (var j = 0; j < 4; j++) {
        let column = firstColumn + side.x + 16 * j;
        if (column < uniforms.columns) { setOutputAtIndex(row * uniforms.columns + column, sum[i][j]); }
      }
    }
  }
}`
}

/** Reads four numbers, or zeros beyond the end. Uses one access if they are adjacent at a multiple of four. */
function readQuad(name: string, isVec4: boolean): string {
  const each = (component: string) => `if (exists.${component}) { values.${component} = ${name}[at.${component}]; }`
  const body = isVec4 ? `if (exists.x) { values = ${name}[at.x / 4]; }` : ['x', 'y', 'z', 'w'].map(each).join('\n  ')
  return `fn read_${name}(at : vec4<i32>, exists : vec4<bool>) -> vec4<f32> {
  var values = vec4<f32>(0.0);
  ${body}
  return values;
}`
}

/** Sum of `parts` consecutive vectors of `uniforms.size` numbers each. */
export const SUM_OF_PARTS_CODE = `fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = 0.0;
    for (var part = 0; part < uniforms.parts; part++) { sum += x[part * uniforms.size + index]; }
    setOutputAtIndex(index, sum);
  }
}`
