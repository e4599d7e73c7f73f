import { type Code, type Lanes, type Local, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'

/**
 * One walk over tensors of equal length. A formula gets the numbers of a place and the constants, and gives the numbers of
 * the outputs.
 */
export interface ElementPass {
  /** Computes in float32, or in float64 with float64 constants. */
  lanes: Lanes
  reads: number
  constants: number
  formula(numbers: readonly Local[], constants: readonly Code[]): { statements?: Code; outputs: Code[] }
  /** Variables that the formula may set. */
  variables?: number
  outputs: number
}

const FLOAT = 4

/** run(read tensors, constants, outputs). An output may be one of the read tensors. */
export function writeElementPass(length: number, pass: ElementPass): FunctionWriter {
  const { lanes, reads, constants, outputs, formula, variables = 0 } = pass
  const write: FunctionWriter['write'] = (parameters, locals) => {
    const [sources, targets] = [parameters.slice(0, reads), parameters.slice(reads + 1)]
    const many = (count: number) => Array.from({ length: count }, () => locals.v128())
    const [numbers, fixed, free] = [many(reads), many(constants), many(variables)]
    const step = (width: number): Code => {
      const results = formula(
        [...numbers, ...free],
        fixed.map(({ get }) => get),
      )
      return [
        numbers.map((number, i) => number.set(lanes.loadFloats(width, sources[i].get, 0))),
        results.statements ?? [],
        targets.map((target, i) => lanes.storeFloats(width, target.get, results.outputs[i], 0)),
        [...sources, ...targets].map((pointer) => pointer.add(width * FLOAT)),
      ]
    }
    const [vectors, rest] = [Math.floor(length / lanes.least), length % lanes.least]
    return [
      fixed.map((local, i) => local.set(lanes.loadEach(parameters[reads].get, i * lanes.bytes))),
      vectors > 0 ? repeat(locals.i32(), vectors, step(lanes.least)) : [],
      rest > 0 ? repeat(locals.i32(), rest, step(1)) : [],
    ]
  }
  return { parameters: reads + 1 + outputs, write }
}
