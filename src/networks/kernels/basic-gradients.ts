import {
  broadcast_util,
  engine,
  type GradConfig,
  mul,
  neg,
  pad,
  reshape,
  sub,
  sum,
  type Tensor,
  tile,
  transpose,
} from '@tensorflow/tfjs-core'

/**
 * Gradients of the plain kernels that networks use; those of layers are in `layer-gradients.ts`. The build of TensorFlow.js
 * core that Node.js loads registers no gradients. A network that uses another kernel fails at its first step with the
 * kernel's name; its gradient belongs here.
 */
export const BASIC_GRADIENTS: readonly GradConfig[] = [
  {
    kernelName: 'Identity',
    gradFunc: (dy) => ({ x: () => (dy as Tensor).clone() }),
  },
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => reshape(dy as Tensor, x.shape) }),
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _saved, attrs) => ({
      x: () => transpose(dy as Tensor, inverseOf(attrs.perm as unknown as number[])),
    }),
  },
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({ a: () => reduceTo(dy as Tensor, a.shape), b: () => reduceTo(dy as Tensor, b.shape) }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => reduceTo(dy as Tensor, a.shape),
      b: () => neg(reduceTo(dy as Tensor, b.shape)),
    }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => reduceTo(mul(dy as Tensor, b), a.shape),
      b: () => reduceTo(mul(dy as Tensor, a), b.shape),
    }),
  },
  {
    kernelName: 'Square',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => mul(dy as Tensor, mul(x, 2)) }),
  },
  {
    kernelName: 'Rsqrt',
    outputsToSave: [true],
    // y = x^(-1/2) has the derivative -1/2 y³. Where y is small, dy is large, so y² comes last: y³ may underflow.
    gradFunc: (dy, [y]) => ({ x: () => mul(mul(mul(dy as Tensor, -0.5), y), mul(y, y)) }),
  },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => spread(dy as Tensor, x.shape, attrs.axis as unknown as number[]) }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => mul(spread(dy as Tensor, x.shape, attrs.axis as unknown as number[]), (dy as Tensor).size / x.size),
    }),
  },
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    // Along the last axis: p · (dy - Σ dy·p).
    gradFunc: (dy, [p]) => ({
      logits: () => {
        const weighted = mul(dy as Tensor, p)
        return sub(weighted, mul(sum(weighted, -1, true), p))
      },
    }),
  },
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const { begin, size } = attrs as unknown as { begin: number[]; size: number[] }
        const paddings = x.shape.map((length, i): [number, number] => [begin[i], length - begin[i] - size[i]])
        return pad(dy as Tensor, paddings)
      },
    }),
  },
  {
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => engine().runKernel('AvgPoolGrad', { dy: dy as Tensor, input: x }, attrs) as Tensor,
    }),
  },
  {
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => engine().runKernel('MaxPoolGrad', { dy: dy as Tensor, input: x, output: y }, attrs) as Tensor,
    }),
  },
  {
    kernelName: 'DepthwiseConv2dNative',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attrs) => {
      const name = 'DepthwiseConv2dNativeBackprop'
      const inputAttrs = { ...attrs, inputShape: x.shape }
      const filterAttrs = { ...attrs, filterShape: filter.shape }
      return {
        x: () => engine().runKernel(`${name}Input`, { dy: dy as Tensor, filter }, inputAttrs) as Tensor,
        filter: () => engine().runKernel(`${name}Filter`, { x, dy: dy as Tensor }, filterAttrs) as Tensor,
      }
    },
  },
]

/** Sums a gradient over the axes along which its tensor was broadcast. */
function reduceTo(dy: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, dy.shape)
  return axes.length === 0 ? dy.clone() : reshape(sum(dy, axes), shape)
}

/** Repeats the gradient of a reduction along the reduced axes. */
function spread(dy: Tensor, shape: number[], axis: number | number[] | undefined): Tensor {
  const all = shape.map((_, i) => i)
  const given = axis === undefined || axis === null ? all : [axis].flat()
  const reduced = new Set((given.length === 0 ? all : given).map((i) => (i < 0 ? i + shape.length : i)))
  const narrow = shape.map((length, i) => (reduced.has(i) ? 1 : length))
  const repeats = shape.map((length, i) => (reduced.has(i) ? length : 1))
  return tile(reshape(dy, narrow), repeats)
}

function inverseOf(permutation: number[]): number[] {
  const inverse = new Array<number>(permutation.length)
  permutation.forEach((axis, i) => {
    inverse[axis] = i
  })
  return inverse
}
