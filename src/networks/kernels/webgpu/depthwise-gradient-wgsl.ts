/** How a shader of a depthwise convolution is specialised. Shapes are uniforms. */
export interface DepthwiseVariant {
  strides: [number, number]
  isDilated: boolean
  /** Whether a thread works on four neighbouring channels at once, which needs one output channel for each input channel. */
  isVec4: boolean
}

/** Groups of channels that a workgroup covers: 32 channels, thus 128 adjacent bytes, if a group has four. */
export const GROUPS = 8
/** Output positions that the threads of a workgroup work on at the same time. */
export const PLACES = 32
const THREADS = GROUPS * PLACES
/** Taps whose sums are added at the same time: with vectors, their sums take 15 of the 16 KiB that every device has. */
const BATCH = 3
/** The sums of all places of a tap are added in blocks first. */
const BLOCKS = 8

export const DEPTHWISE_UNIFORMS = `inSize : vec2<i32>, outSize : vec2<i32>, kernelSize : vec2<i32>, pad : vec2<i32>,
  dilation : vec2<i32>, inGroups : i32, outGroups : i32, multiplier : i32, terms : i32, chunk : i32,`

/**
 * Gradient with respect to the kernel: for each channel and each of its taps, a sum over pictures and output positions. A
 * thread adds up a share of the positions for `rows` × `columns` taps of its channels, so it reads each number of `dy` once.
 * The workgroup then adds the sums of its threads in a tree and writes them. Workgroup x is a part of the channels, y a part
 * of the positions, z a part of the kernel's rows.
 */
export function depthwiseFilterCode({ strides, isVec4 }: DepthwiseVariant, rows: number, columns: number): string {
  const number = isVec4 ? 'vec4<f32>' : 'f32'
  const taps = Array.from({ length: rows * columns }, (_, tap) => [Math.floor(tap / columns), tap % columns])
  const walkRows = Array.from({ length: rows }, (_, row) => {
    const ofRow = taps.flatMap(([r, column], tap) => (r === row ? addTap(tap, column) : []))
    return `if (firstRow + ${row} < uniforms.kernelSize.x) {
        let y = top + ${row} * uniforms.dilation.x;
        if (y >= 0 && y < uniforms.inSize.x) {
          let line = (picture * uniforms.inSize.x + y) * uniforms.inSize.y;
          ${ofRow.join('\n          ')}
        }
      }`
  })
  const batches = Array.from({ length: Math.ceil(taps.length / BATCH) }, (_, batch) =>
    reduceTaps(batch * BATCH, Math.min(BATCH, taps.length - batch * BATCH), columns, number),
  )
  return `var<workgroup> sums : array<${number}, ${BATCH * THREADS}>;
var<workgroup> sumsOfBlocks : array<${number}, ${BATCH * GROUPS * BLOCKS}>;

fn main() {
  let thread = i32(localIndex);
  let place = thread / ${GROUPS};
  let group = i32(workgroupId.x) * ${GROUPS} + thread % ${GROUPS};
  let inGroup = group / uniforms.multiplier;
  let part = i32(workgroupId.y);
  let firstRow = i32(workgroupId.z) * ${rows};
  ${taps.map((_, tap) => `var sum${tap} = ${number}(0.0);`).join('\n  ')}
  if (group < uniforms.outGroups) {
    let end = min((part + 1) * uniforms.chunk, uniforms.terms);
    for (var position = part * uniforms.chunk + place; position < end; position += ${PLACES}) {
      let outLine = position / uniforms.outSize.y;
      let picture = outLine / uniforms.outSize.x;
      let top = (outLine - picture * uniforms.outSize.x) * ${strides[0]} - uniforms.pad.x + firstRow * uniforms.dilation.x;
      let left = (position - outLine * uniforms.outSize.y) * ${strides[1]} - uniforms.pad.y;
      let slope = dy[position * uniforms.outGroups + group];
      ${walkRows.join('\n      ')}
    }
  }
  ${batches.join('\n  ')}
}`
}

function addTap(tap: number, column: number): string {
  return `{
            let at = left + ${column} * uniforms.dilation.y;
            if (at >= 0 && at < uniforms.inSize.y) { sum${tap} += slope * x[(line + at) * uniforms.inGroups + inGroup]; }
          }`
}

/** Adds the sums of all places, always in the same order, so equal inputs give equal bytes. */
function reduceTaps(first: number, count: number, columns: number, number: string): string {
  const write = Array.from({ length: count }, (_, i) => `sums[thread + ${i * THREADS}] = sum${first + i};`)
  return `${write.join('\n  ')}
  workgroupBarrier();
  if (thread < ${count * GROUPS * BLOCKS}) {
    let start = thread / ${GROUPS * BLOCKS} * ${THREADS} + thread / ${GROUPS} % ${BLOCKS} * ${THREADS / BLOCKS} + thread % ${GROUPS};
    var ofBlock = ${number}(0.0);
    for (var i = 0; i < ${PLACES / BLOCKS}; i++) { ofBlock += sums[start + i * ${GROUPS}]; }
    sumsOfBlocks[thread] = ofBlock;
  }
  workgroupBarrier();
  if (thread < ${count * GROUPS} && group < uniforms.outGroups) {
    let tap = ${first} + thread / ${GROUPS};
    let row = firstRow + tap / ${columns};
    var sum = ${number}(0.0);
    for (var i = 0; i < ${BLOCKS}; i++) { sum += sumsOfBlocks[(thread / ${GROUPS} * ${BLOCKS} + i) * ${GROUPS} + thread % ${GROUPS}]; }
    if (row < uniforms.kernelSize.x) {
      let at = (part * uniforms.kernelSize.x + row) * uniforms.kernelSize.y + tap % ${columns};
      setOutputAtIndex(at * uniforms.outGroups + group, sum);
    }
  }`
}

/**
 * Gradient with respect to the input: for each pixel and channel, a sum over the taps that some output position has over
 * this pixel. Without dilation these are every stride-th tap, so no other is visited.
 */
export function depthwiseInputCode({ strides, isDilated, isVec4 }: DepthwiseVariant): string {
  const [strideY, strideX] = strides
  const walk = (name: string, from: string, stride: number, size: string) =>
    isDilated
      ? `for (var ${name} = 0; ${name} < ${size}; ${name}++)`
      : `for (var ${name} = ${from} % ${stride}; ${name} < ${size}; ${name} += ${stride})`
  return `fn main(index : i32) {
  if (index < uniforms.size) {
    let pixel = index / uniforms.inGroups;
    let group = index - pixel * uniforms.inGroups;
    let line = pixel / uniforms.inSize.y;
    let picture = line / uniforms.inSize.x;
    let fromY = line - picture * uniforms.inSize.x + uniforms.pad.x;
    let fromX = pixel - line * uniforms.inSize.y + uniforms.pad.y;
    var sum = ${isVec4 ? 'vec4<f32>' : 'f32'}(0.0);
    ${walk('tapY', 'fromY', strideY, 'uniforms.kernelSize.x')} {
      let reachY = fromY - tapY * uniforms.dilation.x;
      let y = reachY / ${strideY};
      if (reachY < 0 || y >= uniforms.outSize.x || y * ${strideY} != reachY) { continue; }
      ${walk('tapX', 'fromX', strideX, 'uniforms.kernelSize.y')} {
        let reachX = fromX - tapX * uniforms.dilation.y;
        let x = reachX / ${strideX};
        if (reachX < 0 || x >= uniforms.outSize.y || x * ${strideX} != reachX) { continue; }
        let slope = ((picture * uniforms.outSize.x + y) * uniforms.outSize.y + x) * uniforms.outGroups;
        let weight = (tapY * uniforms.kernelSize.y + tapX) * uniforms.outGroups;
        for (var i = group * uniforms.multiplier; i < (group + 1) * uniforms.multiplier; i++) {
          sum += dy[slope + i] * w[weight + i];
        }
      }
    }
    setOutputAtIndex(index, sum);
  }
}`
}
