import { type RawBuilder, sql } from 'kysely'

/** What filters and groups look at in an evaluation and its function. */
export interface FunctionLine {
  readonly id: number
  readonly runCount: number
  readonly depth: number
  /** A sum of `FLAGS`. */
  readonly flags: number
  readonly root: string
  readonly operators: readonly string[]
}

/** `decided` is set if the function has properties. */
export const FLAGS = {
  isFinite: 1,
  decided: 2,
  isEven: 4,
  isOdd: 8,
  isMonotone: 16,
  isBounded: 32,
  isSmooth: 64,
} as const

/** Neither expressions nor operators contain this character. */
const SEPARATOR = '\u001f'

/** The line of the evaluation `e` of the activation `a`: a text is read several times faster than columns. */
export const functionLine: RawBuilder<string> = sql<string>`concat_ws(chr(31), e.id, e.run_count, a.depth,
  a.is_finite::int + coalesce((select 2 + 4 * p.is_even::int + 8 * p.is_odd::int + 16 * p.is_monotone::int
    + 32 * p.is_bounded::int + 64 * p.is_smooth::int from activation_properties p where p.activation_id = a.id), 0),
  split_part(a.expression, '(', 1), array_to_string(a.operators, chr(31)))`

export function readFunctionLine(line: string): FunctionLine {
  const [id, runCount, depth, flags, root, ...operators] = line.split(SEPARATOR)
  return {
    id: Number(id),
    runCount: Number(runCount),
    depth: Number(depth),
    flags: Number(flags),
    root,
    operators: operators.filter((operator) => operator !== ''),
  }
}

/** Depth, flags and root operator in one integer. Each part has a limit. */
export const TRAITS = { depth: { shift: 8, limit: 2 ** 11 }, root: { shift: 19, limit: 2 ** 12 } } as const

export function packTraits(depth: number, flags: number, root: number): number {
  return flags | (depth << TRAITS.depth.shift) | (root << TRAITS.root.shift)
}

/** Gives texts numbers from 0, in the order in which they come. */
export class Dictionary {
  readonly names: string[]
  readonly #numbers: Map<string, number>

  constructor(names: readonly string[] = []) {
    this.names = [...names]
    this.#numbers = new Map(names.map((name, i) => [name, i]))
  }

  /** The number of a text, which is added if it is new. */
  add(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.names.length)
    return this.names.push(name) - 1
  }

  /** The number of a text; undefined if it is new. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }
}
