import { type Code, F32_LANES, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'

const FLOAT = 4

/** Numbers that are copied without a loop. */
const UNROLLED = 64

/** Copies of `length` float32 numbers, in nested loops; steps are in numbers. */
export interface Copies {
  length: number
  /** Adds to the old values instead of replacing them. */
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
    const unrolled = (count: number): Code => {
      const vectors = Math.floor(count / 4)
      return [
        Array.from({ length: vectors }, (_, k) => copy(4 * k, 4)),
        Array.from({ length: count % 4 }, (_, k) => copy(4 * vectors + k, 1)),
      ]
    }
    const move = (fromStep: number, toStep: number): Code => [from.add(fromStep * FLOAT), to.add(toStep * FLOAT)]
    const copyAll = (): Code => {
      const passes = length < 2 * UNROLLED ? 0 : Math.floor(length / UNROLLED)
      const done = passes * UNROLLED
      const pass = [unrolled(UNROLLED), move(UNROLLED, UNROLLED)]
      return [passes > 0 ? repeat(locals.i32(), passes, pass) : [], unrolled(length - done), move(-done, -done)]
    }
    const nest = ([loop, ...inner]: Copies['loops']): Code => {
      if (loop === undefined) return copyAll()
      const moved = inner[0] ?? { count: 0, fromStep: 0, toStep: 0 }
      const next = move(loop.fromStep - moved.count * moved.fromStep, loop.toStep - moved.count * moved.toStep)
      return repeat(locals.i32(), loop.count, [nest(inner), next])
    }
    return nest(loops)
  }
  return { parameters: 2, write }
}
