import type { NetworkOps, Shaped } from '../network.js'
import { applyAttention, applyTransformer } from './apply-attention.js'
import type { LayerDescription, PatchMixing, Residual } from './network-description.js'
import { ShapeProblem, showShape } from './shape-problem.js'

/** Where a list of layers is: its path in the description, and the start of the names of its weights. */
export interface LayersPlace {
  readonly path: string
  readonly prefix: string
}

/** Applies layers one after the other. */
export function applyLayers<T extends Shaped>(
  ops: NetworkOps<T>,
  layers: readonly LayerDescription[],
  input: T,
  place: LayersPlace,
): T {
  return layers.reduce((x, layer, i) => {
    const path = `${place.path}[${i}]`
    try {
      return applyLayer(ops, layer, `${place.prefix}${layer.name ?? ''}`, x, path)
    } catch (error) {
      if (error instanceof ShapeProblem) error.locate(path, layer, x.shape)
      throw error
    }
  }, input)
}

function applyLayer<T extends Shaped>(
  ops: NetworkOps<T>,
  layer: LayerDescription,
  name: string,
  x: T,
  path: string,
): T {
  switch (layer.type) {
    case 'conv':
      return ops.conv2d(name, x, layer)
    case 'depthwise':
      return ops.depthwiseConv2d(name, x, layer)
    case 'dense':
      return ops.dense(name, x, layer)
    case 'activation':
      return ops.activation(x)
    case 'batchNorm':
      return ops.batchNorm(name, x, layer)
    case 'layerNorm':
      return ops.layerNorm(name, x)
    case 'positions':
      return ops.addPositions(name, x)
    case 'dropout':
      return ops.dropout(x, layer.rate)
    case 'averagePool':
      return ops.averagePool(x, { ...layer, strides: layer.strides ?? layer.size })
    case 'maxPool':
      return ops.maxPool(x, { ...layer, strides: layer.strides ?? layer.size })
    case 'globalAverage':
      return ops.averageOverPositions(x)
    case 'flatten':
      return ops.flatten(x)
    case 'tokens':
      return ops.toTokens(x)
    case 'patchEmbedding': {
      const { size, width } = layer
      if (x.shape[1] % size !== 0 || x.shape[2] % size !== 0) {
        throw new ShapeProblem(`height and width that are multiples of ${size}`, showShape(x.shape))
      }
      return ops.toTokens(ops.conv2d(name, x, { filters: width, kernelSize: size, strides: size, padding: 'valid' }))
    }
    case 'attention':
      return applyAttention(ops, layer, name, x)
    case 'transformer':
      return applyTransformer(ops, layer, name, x)
    case 'residual':
      return applyResidual(ops, layer, name, x, path)
    case 'patchMixing':
      return mixPatches(ops, layer, name, x, path)
  }
}

function applyResidual<T extends Shaped>(ops: NetworkOps<T>, layer: Residual, name: string, x: T, path: string): T {
  const prefix = `${name}/`
  const start = applyLayers(ops, layer.before, x, { path: `${path}.before`, prefix })
  const branch = applyLayers(ops, layer.layers, start, { path: `${path}.layers`, prefix })
  if (layer.shortcut === 'identity') {
    if (x.shape.join() !== branch.shape.join()) {
      throw new ShapeProblem('a branch that keeps the shape, or "shortcut": "projection"', showShape(branch.shape))
    }
    return ops.add(x, branch)
  }
  const strides = findStrides(start, branch)
  if (layer.shortcut === 'zeros') return ops.add(ops.subsample(x, strides, lastOf(branch)), branch)
  const shortcut =
    start.shape.length === 4
      ? ops.conv2d(`${prefix}shortcut`, start, { filters: lastOf(branch), kernelSize: 1, strides, bias: false })
      : ops.dense(`${prefix}shortcut`, start, { units: lastOf(branch), bias: false })
  return ops.add(shortcut, branch)
}

/** The strides with which a projection of `from` has the height and width of `to`. */
function findStrides(from: Shaped, to: Shaped): number {
  const [before, after] = [from.shape.slice(1, -1), to.shape.slice(1, -1)]
  const strides = from.shape.length === 4 ? Math.ceil(before[0] / after[0]) : 1
  const isReached = before.length === after.length && before.every((side, i) => Math.ceil(side / strides) === after[i])
  if (isReached) return strides
  const expected = 'a branch that keeps height and width, or divides both by the same whole number'
  throw new ShapeProblem(expected, `${showShape(to.shape)} from ${showShape(from.shape)}`)
}

function mixPatches<T extends Shaped>(ops: NetworkOps<T>, layer: PatchMixing, name: string, x: T, path: string): T {
  const [, height, width] = x.shape
  const tokens = ops.unfoldPatches(x, layer.size)
  const mixed = applyLayers(ops, layer.layers, tokens, { path: `${path}.layers`, prefix: `${name}/` })
  return ops.foldPatches(mixed, layer.size, height, width)
}

function lastOf({ shape }: Shaped): number {
  return shape[shape.length - 1]
}
