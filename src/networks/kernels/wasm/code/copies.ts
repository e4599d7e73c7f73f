import { type Code, F32_LANES, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'

const FLOAT = 4

/** Copies of `length` float32 numbers, in nested loops; steps are in numbers. */
export interface Copies {
  length: number
  /** Adds to what is there instead of replacing it. */
  adds?: boolean
  loops: readonly { count: number; fromStep: number; toStep: number }[]
}

/** run(from, to). */
export function writeCopies({ length, loops, adds = false }: Copies): FunctionWriter {
  const write: FunctionWriter['write'] = ([from, to], locals) => {
    const { loadFloats, storeFloats, add } = F32_LANES
    const copy = (at: number, width: number): Code => {
      const moved = loadFloats(width, from.get, at * FLOAT)
      const value = adds ? add(loadFloats(width, to.get, at * FLOAT), moved) : moved
      return storeFloats(width, to.get, value, at * FLOAT)
    }
    const nest = ([loop, ...inner]: Copies['loops']): Code => {
      if (loop === undefined) {
        const vectors = Math.floor(length / 4)
        const rest = length % 4
        return [
          Array.from({ length: vectors }, (_, k) => copy(4 * k, 4)),
          Array.from({ length: rest }, (_, k) => copy(4 * vectors + k, 1)),
        ]
      }
      const moved = inner[0] ?? { count: 0, fromStep: 0, toStep: 0 }
      return repeat(locals.i32(), loop.count, [
        nest(inner),
        from.add((loop.fromStep - moved.count * moved.fromStep) * FLOAT),
        to.add((loop.toStep - moved.count * moved.toStep) * FLOAT),
      ])
    }
    return nest(loops)
  }
  return { parameters: 2, write }
}
