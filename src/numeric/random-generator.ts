/** A seeded source of randomness: equal seeds give equal sequences on every machine. */
export interface RandomGenerator {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** Standard normal, Box-Muller. */
  normal(): number
}

/**
 * xoshiro128** (Blackman & Vigna 2018, public domain), its state filled by SplitMix32 from the seed. Any finite number
 * is a seed; `stream` gives independent sequences of one seed.
 */
export function createRandomGenerator(seed: number, stream = 0): RandomGenerator {
  const fill = splitMix32((Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream | 0, 0x85ebca6b) ^ (seed / 2 ** 32)) | 0)
  let a = fill()
  let b = fill()
  let c = fill()
  let d = fill() | 1

  function next(): number {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }

  const uniform = () => next() / 2 ** 32
  return {
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** The numbers 0 to count - 1 in random order (Fisher-Yates). */
export function shuffleIndices(count: number, random: RandomGenerator): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  for (let index = count - 1; index > 0; index--) {
    const other = random.integer(index + 1)
    const held = order[index]
    order[index] = order[other]
    order[other] = held
  }
  return order
}

function splitMix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}
