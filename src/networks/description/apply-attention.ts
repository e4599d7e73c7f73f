import type { NetworkOps, Shaped } from '../network.js'
import type { Attention, AttentionOptions, Transformer } from './network-description.js'
import { ShapeProblem } from './shape-problem.js'

/** Attention among tokens, with a projection back to their width. */
export function applyAttention<T extends Shaped>(ops: NetworkOps<T>, layer: Attention, name: string, x: T): T {
  const width = widthOf(x)
  return ops.dense(`${name}/projection`, attendTo(ops, layer, name, x), { units: width })
}

/** A transformer block: attention, then a perceptron, or both in parallel after one layer normalisation. */
export function applyTransformer<T extends Shaped>(ops: NetworkOps<T>, layer: Transformer, name: string, x: T): T {
  const width = widthOf(x)
  const hide = (tokens: T) => ops.activation(ops.dense(`${name}/hidden`, tokens, { units: layer.hiddenWidth }))
  const project = (attended: T) => ops.dense(`${name}/projection`, attended, { units: width })
  const give = (hidden: T) => ops.dense(`${name}/output`, hidden, { units: width })
  if (layer.parallel) {
    const normalized = ops.layerNorm(`${name}/norm`, x)
    const attended = attendTo(ops, layer, name, normalized)
    const hidden = hide(normalized)
    return ops.add(ops.add(x, project(attended)), give(hidden))
  }
  const attended = ops.add(x, project(attendTo(ops, layer, name, ops.layerNorm(`${name}/norm1`, x))))
  return ops.add(attended, give(hide(ops.layerNorm(`${name}/norm2`, attended))))
}

function attendTo<T extends Shaped>(ops: NetworkOps<T>, options: AttentionOptions, name: string, x: T): T {
  const width = options.attentionWidth ?? widthOf(x)
  const dense = (layer: string, units: number) => ops.dense(`${name}/${layer}`, x, { units })
  const valuesOf = () => (options.activatesValues ? ops.activation(dense('values', width)) : dense('values', width))
  if (options.attention === 'separable') {
    if (options.heads !== 1) throw new ShapeProblem('1 head, because the attention is separable', `${options.heads}`)
    const values = valuesOf()
    return ops.attendSeparably(dense('scores-keys', 1 + width), values)
  }
  const queries = dense('queries', width)
  const keys = dense('keys', width)
  return ops.attend(queries, keys, valuesOf(), options.heads)
}

function widthOf({ shape }: Shaped): number {
  if (shape.length !== 3)
    throw new ShapeProblem('tokens, number × width', shape.length === 4 ? 'a picture' : 'a vector')
  return shape[2]
}
