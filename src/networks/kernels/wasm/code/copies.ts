import { type Code, f32, f32x4, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'

const FLOAT = 4

/** Copies of `length` floats, in nested loops; steps are in floats. */
export interface Copies {
  length: number
  loops: readonly { count: number; fromStep: number; toStep: number }[]
}

/** run(from, to). */
export function writeCopies({ length, loops }: Copies): FunctionWriter {
  const write: FunctionWriter['write'] = ([from, to], locals) => {
    const nest = ([loop, ...inner]: Copies['loops']): Code => {
      if (loop === undefined) return copyFloats(from.get, to.get, length)
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

function copyFloats(from: Code, to: Code, length: number): Code {
  const codes: Code[] = []
  for (let at = 0; at < length; ) {
    const isVector = length - at >= 4
    const offset = at * FLOAT
    codes.push(
      isVector
        ? f32x4.store(to, f32x4.load(from, offset), offset)
        : f32.storeLow(to, f32.loadLow(from, offset), offset),
    )
    at += isVector ? 4 : 1
  }
  return codes
}
