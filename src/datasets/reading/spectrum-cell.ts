/**
 * The spectrum in a value of JSON: a list of numbers, or the base64 of little-endian float32 numbers. Null if there is none,
 * or a text that says what is wrong.
 */
export function readSpectrumCell(cell: unknown): Float32Array | string | null {
  if (cell === null || cell === undefined) return null
  if (typeof cell === 'string') return decodeFloat32s(cell)
  if (!Array.isArray(cell)) return `not a list of numbers, but ${JSON.stringify(cell).slice(0, 40)}`
  const values = new Float32Array(cell.length)
  for (const [i, value] of cell.entries()) {
    const number = typeof value === 'number' ? value : WORDS[String(value)]
    if (number === undefined) return `not a list of numbers: value ${i + 1} is ${JSON.stringify(value)?.slice(0, 40)}`
    values[i] = number
  }
  return values
}

/** Python writes these words, which are no JSON; the reader of lines puts them into quotes. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** The numbers of a base64 text of little-endian float32 numbers, or a text that says what is wrong. */
export function decodeFloat32s(text: string): Float32Array | string {
  if (!BASE64.test(text)) return `not base64: ${JSON.stringify(text.slice(0, 40))}`
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % 4 !== 0) return `not a whole number of float32 numbers: ${bytes.length} bytes`
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
