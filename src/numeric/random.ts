/** A seeded stream of random numbers; equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Standard normal, by Box and Muller. */
  normal(): number
  /** Uniform in 0 … bound - 1. */
  integer(bound: number): number
  /** 0 … length - 1 in random order, by Fisher and Yates. */
  permutation(length: number): Uint32Array
}

/**
 * Opens the stream that belongs to these words and numbers: every purpose names its own (`createRandom(seed, 'order',
 * epoch)`), so that adding one use never shifts the numbers of another. Generator: sfc32 of PractRand, seeded by FNV-1a.
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

  const uniform = (): number => next() / 4294967296
  const integer = (bound: number): number => Math.floor(uniform() * bound)
  // The first numbers still show how alike two seeds are; sfc32's author discards twelve.
  for (let i = 0; i < 12; i++) next()
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(length) {
      const order = Uint32Array.from({ length }, (_, i) => i)
      for (let i = length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const kept = order[i]
        order[i] = order[j]
        order[j] = kept
      }
      return order
    },
  }
}

function hash(text: string, start: number): number {
  let value = start
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b)
  return (value ^ (value >>> 16)) | 0
}
