import { isUtf8 } from 'node:buffer'
import { parseFloat32, putPlainFloat32, readNumberEnd } from './json-number.js'
import { describeByte, MalformedFileError } from './malformed-file.js'

/** Deeper nesting is refused, so that a hostile file cannot exhaust the stack. */
const MAX_DEPTH = 64

/**
 * A cursor in the bytes of a JSON text as Python writes it: NaN, Infinity and -Infinity are numbers. Every method throws a
 * `MalformedFileError` with the offset of the first wrong byte.
 */
export class JsonCursor {
  position: number

  /** `base` is the offset of the first byte in the file. */
  constructor(
    readonly bytes: Uint8Array,
    readonly base: number,
    start = 0,
  ) {
    this.position = start
  }

  /** The next byte after white space; undefined at the end. */
  peek(): number | undefined {
    const { bytes } = this
    let i = this.position
    while (i < bytes.length && (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09)) i++
    this.position = i
    return bytes[i]
  }

  /** Reads this byte, after white space. */
  pass(byte: number): void {
    if (this.peek() !== byte) throw this.expected(`'${String.fromCharCode(byte)}'`)
    this.position++
  }

  /** Reads a string. Lone surrogates stay unchanged. */
  readString(): string {
    const start = this.skipString()
    const raw = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, this.position - start)
    return JSON.parse(raw.toString('utf8'))
  }

  /** Reads a number as the nearest float64. */
  readNumber(): number {
    this.peek()
    const start = this.position
    this.skipNumber()
    return Number(Buffer.from(this.bytes.subarray(start, this.position)).toString('latin1'))
  }

  /** Reads a list of numbers as float32; null at the first item that is not a number. */
  readFloat32List(): Float32Array | null {
    this.pass(0x5b)
    if (this.peek() === 0x5d) {
      this.position++
      return new Float32Array(0)
    }
    const { bytes } = this
    let values = new Float32Array(Math.min(2 ** 14, bytes.length - this.position))
    let count = 0
    for (;;) {
      const first = this.peek()
      if (first === undefined || !STARTS_NUMBER[first]) return null
      const start = this.position
      if (count === values.length) values = grow(values)
      const end = putPlainFloat32(bytes, start, values, count)
      if (end > 0) this.position = end
      else {
        this.skipNumber()
        values[count] = parseFloat32(bytes, start, this.position)
      }
      count++
      let next = bytes[this.position]
      if (next !== 0x2c) next = this.peek() as number
      if (next === 0x5d) break
      if (next !== 0x2c) throw this.expected("',' or ']'")
      this.position++
      // Python puts one space after a comma.
      if (bytes[this.position] === 0x20) this.position++
    }
    this.position++
    // A nearly full array is not copied.
    return count > values.length / 2 ? values.subarray(0, count) : values.slice(0, count)
  }

  /** Skips a value of any kind and checks all of it. */
  skipValue(depth = 0): void {
    const byte = this.peek()
    if (byte === 0x22) this.skipString()
    else if (byte === 0x7b || byte === 0x5b) this.skipNested(byte, depth)
    else if (byte === 0x74) this.skipWord('true')
    else if (byte === 0x66) this.skipWord('false')
    else if (byte === 0x6e) this.skipWord('null')
    else if (byte !== undefined && STARTS_NUMBER[byte]) this.skipNumber()
    else throw this.expected('a value')
  }

  /** The error for a position that has something else than expected. */
  expected(what: string, at = this.position): MalformedFileError {
    return new MalformedFileError(this.base + at, `expected ${what}, got ${describeByte(this.bytes[at])}`)
  }

  private skipNested(open: number, depth: number): void {
    if (depth === MAX_DEPTH)
      throw new MalformedFileError(
        this.base + this.position,
        `nesting is too deep; expected at most ${MAX_DEPTH} levels`,
      )
    const close = open + 2
    this.position++
    if (this.peek() === close) {
      this.position++
      return
    }
    for (;;) {
      if (open === 0x7b) {
        this.skipString()
        this.pass(0x3a)
      }
      this.skipValue(depth + 1)
      const next = this.peek()
      if (next !== 0x2c && next !== close) throw this.expected(`',' or '${String.fromCharCode(close)}'`)
      this.position++
      if (next === close) return
    }
  }

  /** Skips a string and returns the position of its opening quote. */
  private skipString(): number {
    if (this.peek() !== 0x22) throw this.expected('a string')
    const { bytes } = this
    const start = this.position
    let i = start + 1
    for (;;) {
      const byte = bytes[i]
      if (byte === 0x22) break
      if (byte === undefined || byte < 0x20) throw this.expected('a character of a string', i)
      if (byte !== 0x5c) i++
      else i = this.escapeEnd(i)
    }
    if (!isUtf8(bytes.subarray(start, i)))
      throw new MalformedFileError(this.base + start, 'expected a string in UTF-8, got other bytes')
    this.position = i + 1
    return start
  }

  private escapeEnd(at: number): number {
    const kind = this.bytes[at + 1]
    if (kind === 0x75) {
      for (let i = at + 2; i < at + 6; i++) {
        if (!/[0-9a-f]/i.test(String.fromCharCode(this.bytes[i] ?? 0))) throw this.expected('a hexadecimal digit', i)
      }
      return at + 6
    }
    if (kind === undefined || !'"\\/bfnrt'.includes(String.fromCharCode(kind))) throw this.expected('an escape', at + 1)
    return at + 2
  }

  private skipNumber(): void {
    const end = readNumberEnd(this.bytes, this.position)
    if (end < 0) throw this.expected('a number', -end - 1)
    this.position = end
  }

  private skipWord(word: string): void {
    for (const character of word) {
      if (this.bytes[this.position] !== character.charCodeAt(0)) throw this.expected(`'${word}'`)
      this.position++
    }
  }
}

/** '-', digits, 'N' and 'I'. */
const STARTS_NUMBER = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x4e || byte === 0x49),
)

function grow(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(2 * values.length)
  larger.set(values)
  return larger
}
