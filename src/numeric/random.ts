/** A seeded sequence of pseudo-random numbers. Equal seeds give equal sequences on every machine. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number
  /** Standard normal (Box-Muller transform). */
  normal(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** The integers 0 to length - 1 in random order (Fisher-Yates shuffle). */
  permutation(length: number): Uint32Array
}

/**
 * The sequence that belongs to these words and numbers. Each purpose names its own sequence, for example
 * `createRandom(seed, 'order', epoch)`, so a new use never shifts the numbers of another. Prefer this function in new code.
 * Generator: sfc32 of PractRand, seeded by FNV-1a hashes.
 */
export function createRandom(...purpose: readonly (string | number)[]): Random {
  const text = purpose.join('\u0000')
  let a = hash(text, 0x811c9dc5)
  let b = hash(text, 0x9e3779b9)
  let c = hash(text, 0x85ebca6b)
  let counter = 1

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }

  // The first numbers of similar seeds are similar; the author of sfc32 discards twelve.
  for (let i = 0; i < 12; i++) next()
  const uniform = (): number => next() / 2 ** 32
  const integer = (bound: number): number => Math.floor(uniform() * bound)
  return { uniform, integer, ...derive(uniform, integer) }
}

/**
 * The sequence of a seed and the number of a stream; streams of one seed are independent. Any finite number is a seed.
 * Surrogates, searches and simulations use it: the surrogates and tables that ship with the product depend on its numbers.
 * Generator: xoshiro128** (Blackman & Vigna 2018, public domain), its state filled by SplitMix32.
 */
export function createRandomStream(seed: number, stream = 0): Random {
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

  const uniform = (): number => next() / 2 ** 32
  const integer = (bound: number): number => Math.floor(uniform() * bound)
  return { uniform, integer, ...derive(uniform, integer) }
}

/**
 * The other draws of a sequence. `uniform` and `integer` belong to each generator: shared by both, V8 could not inline
 * them, and an integer took 33 ns instead of 14.
 */
function derive(uniform: Random['uniform'], integer: Random['integer']): Pick<Random, 'normal' | 'permutation'> {
  return {
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(length) {
      const order = Uint32Array.from({ length }, (_, index) => index)
      for (let index = length - 1; index > 0; index--) {
        const other = integer(index + 1)
        const swapped = order[index]
        order[index] = order[other]
        order[other] = swapped
      }
      return order
    },
  }
}

/** FNV-1a over the UTF-16 units from a start value, mixed at the end. */
function hash(text: string, start: number): number {
  let value = start
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b)
  return (value ^ (value >>> 16)) | 0
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
