/** 10^e for e from 0 to 308. The language defines that a number literal is the nearest double. */
const POWERS_OF_TEN = Float64Array.from({ length: 309 }, (_, e) => Number(`1e${e}`))
/** Adding and subtracting 2^52 rounds a number from 0 to 2^52 to an integer, ties to even. */
const ROUNDER = 2 ** 52
/** The codes of infinities and NaN, larger than the code of any number. */
const INFINITY_CODE = 2 ** 52
const NAN_CODE = 2 ** 52 + 1

/**
 * The bytes whose hash is the identity. Every output is rounded to 8 decimals, then to 10 significant digits. If the
 * rounded magnitude is m · 10^e, the output becomes the integer `sign · (m · 1024 + e + 8)`, written as a little-endian
 * float64, which holds it exactly. docs/decisions/0001-identity.md defines every bit.
 */
export function encodeRounded(outputs: Float64Array): { bytes: Uint8Array; isUniform: boolean } {
  const bytes = new Uint8Array(8 * outputs.length)
  const view = new DataView(bytes.buffer)
  const first = encodeNumber(outputs[0])
  let isUniform = true
  for (let i = 0; i < outputs.length; i++) {
    const code = encodeNumber(outputs[i])
    if (code !== first) isUniform = false
    view.setFloat64(8 * i, code, true)
  }
  return { bytes, isUniform }
}

function encodeNumber(y: number): number {
  const magnitude = Math.abs(y)
  const code = magnitude < 99 ? roundToInteger(magnitude * 1e8) * 1024 : encodeLarge(magnitude)
  // Adding 0 turns -0 into 0.
  return y < 0 ? 0 - code : code + 0
}

function encodeLarge(magnitude: number): number {
  if (Number.isNaN(magnitude)) return NAN_CODE
  if (magnitude === Number.POSITIVE_INFINITY) return INFINITY_CODE
  const units = roundToInteger(magnitude * 1e8)
  // Below 100, eight decimals are at most ten digits, so the second rounding changes nothing.
  if (units < 1e10) return units * 1024
  const rounded = units < ROUNDER ? units / 1e8 : magnitude
  let exponent = 2
  while (exponent < 308 && rounded >= POWERS_OF_TEN[exponent + 1]) exponent++
  const shift = exponent - 9
  const m = roundToInteger(shift < 0 ? rounded * POWERS_OF_TEN[-shift] : rounded / POWERS_OF_TEN[shift])
  return m < 1e10 ? m * 1024 + shift + 8 : 1e9 * 1024 + shift + 9
}

function roundToInteger(magnitude: number): number {
  return magnitude < ROUNDER ? magnitude + ROUNDER - ROUNDER : magnitude
}
