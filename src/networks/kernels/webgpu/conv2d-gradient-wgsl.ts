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
 * k = kernel position and output channel.
 *
 * With strides, only every stride-th row and column of the kernel has an output position over a given input position. Which
 * ones depends on the remainders of that position, its phase. So each workgroup works on positions of one phase, which share
 * their taps, and visits no others: of a kernel of 3 × 3 with strides of 2, the four phases have four, two, two and one.
 *
 * In memory, neighbours along k are adjacent in both inputs. So the tiles are stored by row and by column, with four terms in
 * a vector, and each thread adds inner products.
 */
export function inputGradientCode({ strides, isFirstVec4, isSecondVec4 }: ShaderVariant): string {
  const [strideY, strideX] = strides
  const phases = strideY * strideX
  return `${readQuad('dy', isFirstVec4)}
${readQuad('w', isSecondVec4)}
var<workgroup> tileDy : array<vec4<f32>, ${TILE * ROW}>;
var<workgroup> tileW : array<vec4<f32>, ${TILE * ROW}>;
${phases === 1 ? '' : 'var<workgroup> termsOfPhase : i32;'}

fn main() {
  let side = vec2<i32>(i32(localIndex) % 16, i32(localIndex) / 16);
  let loaded = i32(localIndex) / 4;
  let quad = i32(localIndex) % 4;
  let stride = vec2<i32>(${strideY}, ${strideX});
  let phase = vec2<i32>((i32(workgroupId.z) % ${phases}) / ${strideX}, i32(workgroupId.z) % ${strideX});
  let first = (phase - uniforms.pad % stride + stride) % stride;
  let positions = (uniforms.inSize - first + stride - 1) / stride;
  let taps = (uniforms.kernelSize - phase + stride - 1) / stride;
  let rows = uniforms.rows / (uniforms.inSize.x * uniforms.inSize.y) * positions.x * positions.y;
  let firstRow = (i32(workgroupId.z) / ${phases} * i32(numWorkgroups.y) + i32(workgroupId.y)) * ${TILE};
  let firstColumn = i32(workgroupId.x) * ${TILE};
  let m = firstRow + loaded;
  let n = firstColumn + loaded;
  let line = m / positions.y;
  let picture = line / positions.x;
  let last = (first + stride * vec2<i32>(line - picture * positions.x, m - line * positions.y) + uniforms.pad) / stride;
  let isRow = m < rows;
  let isColumn = n < uniforms.columns;
  ${termsOf(phases)}
  var sum : array<vec4<f32>, 4>;
  for (var done = 0; done < terms; done += ${DEPTH}) {
    let k = done + 4 * quad + vec4<i32>(0, 1, 2, 3);
    let isTerm = k < vec4<i32>(terms);
    let tap = k / uniforms.outChannels;
    let channel = k - tap * uniforms.outChannels;
    let tapY = tap / taps.y;
    let tapX = tap - tapY * taps.y;
    let y = last.x - tapY;
    let x = last.y - tapX;
    let isOver = isTerm & vec4<bool>(isRow) & (y >= vec4<i32>(0)) & (x >= vec4<i32>(0))
      & (y < vec4<i32>(uniforms.outSize.x)) & (x < vec4<i32>(uniforms.outSize.y));
    let at = ((picture * uniforms.outSize.x + y) * uniforms.outSize.y + x) * uniforms.outChannels + channel;
    tileDy[loaded * ${ROW} + quad] = read_dy(at, isOver);
    let position = (phase.x + ${strideY} * tapY) * uniforms.kernelSize.y + phase.y + ${strideX} * tapX;
    let weight = (position * uniforms.inChannels + n) * uniforms.outChannels + channel;
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
    if (row < rows) {
      let ofLine = row / positions.y;
      let ofPicture = ofLine / positions.x;
      let y = first.x + ${strideY} * (ofLine - ofPicture * positions.x);
      let x = first.y + ${strideX} * (row - ofLine * positions.y);
      let pixel = (ofPicture * uniforms.inSize.x + y) * uniforms.inSize.y + x;
      for (var j = 0; j < 4; j++) {
        let column = firstColumn + side.x + 16 * j;
        if (column < uniforms.columns) { setOutputAtIndex(pixel * uniforms.columns + column, sum[i][j]); }
      }
    }
  }
}`
}

/**
 * The number of terms of the workgroup's phase. A loop with barriers needs a number that the compiler knows to be the same in
 * all threads: a uniform, or one that a single thread wrote.
 */
function termsOf(phases: number): string {
  if (phases === 1) return 'let terms = uniforms.terms;'
  return `if (localIndex == 0u) { termsOfPhase = taps.x * taps.y * uniforms.outChannels; }
  let terms = workgroupUniformLoad(&termsOfPhase);`
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
