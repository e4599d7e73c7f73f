/** A tabulated smooth function of a positive number. */
export interface CoefficientTable {
  at(value: number): number
}

/**
 * A table of `compute` from 2^-40 to 2^16 with 256 entries per octave, read by linear interpolation on the bits of the
 * number. Values outside this range are computed. The layout needs about fifty million powers, and `Math.pow` took
 * three quarters of its time. The relative error is below 1e-5 for the powers that UMAP needs.
 */
export function createCoefficientTable(compute: (value: number) => number): CoefficientTable {
  const bits = new Int32Array(1)
  const float = new Float32Array(bits.buffer)
  const table = new Float64Array(((LAST - FIRST) << STEP_BITS) + 1)
  const first = ((FIRST + 127) << STEP_BITS) | 0
  for (let entry = 0; entry < table.length; entry++) {
    bits[0] = (first + entry) << SHIFT
    table[entry] = compute(float[0])
  }
  return {
    at(value) {
      float[0] = value
      const entry = (bits[0] >> SHIFT) - first
      if (entry < 0 || entry >= table.length - 1) return compute(value)
      const share = (bits[0] & MASK) * UNIT
      return table[entry] + share * (table[entry + 1] - table[entry])
    },
  }
}

const FIRST = -40
const LAST = 16
const STEP_BITS = 8
const SHIFT = 23 - STEP_BITS
const MASK = (1 << SHIFT) - 1
const UNIT = 1 / (1 << SHIFT)
