/**
 * The end of the number that begins at `start`, by the grammar of JSON with Python's NaN, Infinity and -Infinity. If there
 * is no number, the result is -1 minus the position of the first wrong byte.
 */
export function readNumberEnd(bytes: Uint8Array, start: number): number {
  let i = start
  if (bytes[i] === MINUS) i++
  if (bytes[i] === 0x49) return readWordEnd(bytes, i, INFINITY)
  if (bytes[i] === 0x4e && i === start) return readWordEnd(bytes, i, NAN)
  if (bytes[i] === ZERO) i++
  else {
    const end = readDigits(bytes, i)
    if (end === i) return -i - 1
    i = end
  }
  if (bytes[i] === POINT) {
    const end = readDigits(bytes, i + 1)
    if (end === i + 1) return -end - 1
    i = end
  }
  if (bytes[i] === 0x65 || bytes[i] === 0x45) {
    i++
    if (bytes[i] === MINUS || bytes[i] === 0x2b) i++
    const end = readDigits(bytes, i)
    if (end === i) return -i - 1
    i = end
  }
  return i
}

/**
 * The float32 of the number in these bytes. It equals Math.fround(Number(text)) but is faster. Up to 19 digits become a
 * float64 with an error of at most a few units in the last place. Only if that error could change the float32, the text
 * is converted exactly.
 */
export function parseFloat32(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS
  let i = isNegative ? start + 1 : start
  let mantissa = 0
  let digits = 0
  let scale = 0
  let seenPoint = 0
  for (; i < end; i++) {
    const byte = bytes[i]
    const digit = byte - ZERO
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      // Leading zeros do not count as digits.
      if (mantissa !== 0) digits++
      scale += seenPoint
    } else if (byte === POINT) seenPoint = 1
    else break
  }
  if (digits > 19 || (i < end && bytes[i] !== 0x65 && bytes[i] !== 0x45)) return parseExactly(bytes, start, end)
  if (i < end) {
    i++
    const isSmall = bytes[i] === MINUS
    if (isSmall || bytes[i] === 0x2b) i++
    let exponent = 0
    for (; i < end && exponent < 1000; i++) exponent = exponent * 10 + bytes[i] - ZERO
    scale += isSmall ? exponent : -exponent
  }
  if (scale > 22 || scale < -22) return parseExactly(bytes, start, end)
  const value = scale >= 0 ? mantissa / POWERS[scale] : mantissa * POWERS[-scale]
  const low = Math.fround(value - value * SLACK)
  if (low !== Math.fround(value + value * SLACK)) return parseExactly(bytes, start, end)
  return isNegative ? -low : low
}

/**
 * Reads a plain number (one digit, a point and 1 to 17 decimals) into `values[index]`, with the result of `parseFloat32`,
 * and returns its end. Returns -1 if the number has another form or needs an exact conversion. Most numbers of a spectrum
 * are plain, and one pass over them in integers takes half the time.
 */
export function putPlainFloat32(bytes: Uint8Array, start: number, values: Float32Array, index: number): number {
  const isNegative = bytes[start] === MINUS
  const first = isNegative ? start + 3 : start + 2
  let high = bytes[first - 2] - ZERO
  if (!(high >= 0 && high <= 9) || bytes[first - 1] !== POINT) return -1
  let i = first
  let digit = bytes[i] - ZERO
  for (; i < first + 8 && digit >= 0 && digit <= 9; digit = bytes[++i] - ZERO) high = (high * 10 + digit) | 0
  const middle = i
  let low = 0
  for (; i < first + 17 && digit >= 0 && digit <= 9; digit = bytes[++i] - ZERO) low = (low * 10 + digit) | 0
  if (i === first || (digit >= 0 && digit <= 9) || bytes[i] === 0x65 || bytes[i] === 0x45) return -1
  const value = (high * POWERS[i - middle] + low) / POWERS[i - first]
  const rounded = Math.fround(value - value * SLACK)
  if (rounded !== Math.fround(value + value * SLACK)) return -1
  values[index] = isNegative ? -rounded : rounded
  return i
}

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const INFINITY = Buffer.from('Infinity')
const NAN = Buffer.from('NaN')
/** Each digit after the 15th and the scaling cost half a unit in the last place, so at most 5 of 2^-53. */
const SLACK = 2 ** -49
/** Powers of ten that are exact in float64. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

function parseExactly(bytes: Uint8Array, start: number, end: number): number {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i])
  return Math.fround(Number(text))
}

function readDigits(bytes: Uint8Array, start: number): number {
  let i = start
  while (bytes[i] >= ZERO && bytes[i] <= 0x39) i++
  return i
}

function readWordEnd(bytes: Uint8Array, start: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return -(start + i) - 1
  return start + word.length
}
