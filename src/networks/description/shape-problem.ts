import { ActbenchError } from '../../errors.js'
import type { LayerDescription } from './network-description.js'

/** A layer cannot work on its input. `applyLayers` adds the layer that it happened in. */
export class ShapeProblem extends Error {
  private layer: string | null = null

  constructor(
    readonly expected: string,
    readonly got: string,
  ) {
    super(`expected ${expected}, got ${got}`)
  }

  /** Names the layer, unless an inner one is known already. */
  locate(path: string, { type, name }: LayerDescription, input: readonly number[]): void {
    this.layer ??= `${path}: ${type}${name === undefined ? '' : ` ${JSON.stringify(name)}`} with an input of ${showShape(input)}`
  }

  /** The same as an error for the author of a description. */
  toInputError(place: string): ActbenchError {
    const layer = this.layer === null ? place : `${place}.${this.layer}`
    return new ActbenchError('BAD_USER_INPUT', `${layer}: ${this.message}`, { argument: place })
  }
}

/** A shape for messages, without the batch: `16 × 16 × 3`. */
export function showShape(shape: readonly number[]): string {
  return shape.slice(1).join(' × ')
}
