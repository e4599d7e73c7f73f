import { describeByte, MalformedFileError } from './malformed-file.js'

/** The bytes of one entry of a JSON object: `"key": value`, uncut. */
export interface CutRow {
  readonly bytes: Uint8Array
  /** Offset of its first byte in the file. */
  readonly byteOffset: number
}

/** A larger row is refused, so that memory is bounded for every file. Rows of Act-Bench have about 130 kB. */
const MAX_ROW_BYTES = 2 ** 26

/**
 * Cuts the entries out of a JSON object that arrives in chunks: `push` a chunk, then take rows with `next` until it returns
 * null. It reads only strings and brackets, so the rows are not checked yet; the bytes between rows are. Throws
 * `MalformedFileError`.
 */
export class RowCutter {
  private buffer: Uint8Array<ArrayBuffer> = new Uint8Array(2 ** 20)
  /** Number of filled bytes of the buffer, position of the scan, and start of the current row. */
  private filled = 0
  private at = 0
  private rowStart = 0
  private state: keyof typeof WANTED = 'BEFORE'
  private depth = 0
  private isInString = false
  private skipped = 0
  /** Offset in the file of the buffer's first byte. */
  private base = 0
  /** The filled part, and for each of BRACKETS_AND_QUOTE a position: from `at` to there, the byte does not occur. */
  private view = Buffer.alloc(0)
  private readonly clear = new Int32Array(BRACKETS_AND_QUOTE.length)

  push(chunk: Uint8Array): void {
    const keep = this.state === 'ROW' ? this.rowStart : this.at
    this.buffer.copyWithin(0, keep, this.filled)
    this.base += keep
    this.filled -= keep
    this.at -= keep
    this.rowStart -= keep
    if (this.filled + chunk.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.filled + chunk.length))
      larger.set(this.buffer.subarray(0, this.filled))
      this.buffer = larger
    }
    this.buffer.set(chunk, this.filled)
    this.filled += chunk.length
    this.at += this.skipped
    this.skipped = 0
    this.view = Buffer.from(this.buffer.buffer, 0, this.filled)
    for (let i = 0; i < this.clear.length; i++) this.clear[i] -= keep
  }

  /** Passes over this number of bytes at the start of the file, before the first `push`. */
  skip(bytes: number): void {
    this.skipped = bytes
  }

  /** The next row, in its own buffer; null if more of the file is needed. */
  next(): CutRow | null {
    while (this.at < this.filled) {
      if (this.state === 'ROW') {
        if (this.scanRow()) return this.takeRow()
        if (this.filled - this.rowStart > MAX_ROW_BYTES) {
          throw new MalformedFileError(
            this.base + this.rowStart,
            `the row is too large; expected at most ${MAX_ROW_BYTES} bytes`,
          )
        }
        return null
      }
      this.passBetween(this.buffer[this.at])
    }
    return null
  }

  /** Throws if the file must not end here. */
  finish(): void {
    if (this.state === 'AFTER') return
    throw new MalformedFileError(this.base + this.filled, `expected ${WANTED[this.state]}, got the end of the file`)
  }

  /** The part of an unfinished row that has arrived; null between rows. */
  takeRest(): CutRow | null {
    return this.state === 'ROW' ? this.copyRow(this.filled) : null
  }

  private takeRow(): CutRow {
    const row = this.copyRow(this.at)
    this.state = 'ROW_END'
    return row
  }

  private copyRow(last: number): CutRow {
    let end = last
    while (end > this.rowStart && isSpace(this.buffer[end - 1])) end--
    return { bytes: this.buffer.slice(this.rowStart, end), byteOffset: this.base + this.rowStart }
  }

  private passBetween(byte: number): void {
    if (isSpace(byte)) this.at++
    else if (this.state === 'BEFORE' && byte === 0x7b) this.enter('FIRST')
    else if (this.state === 'ROW_END' && byte === 0x2c) this.enter('KEY')
    else if ((this.state === 'FIRST' || this.state === 'ROW_END') && byte === 0x7d) this.enter('AFTER')
    else if ((this.state === 'FIRST' || this.state === 'KEY') && byte === 0x22) {
      this.rowStart = this.at
      this.depth = 0
      this.isInString = false
      this.state = 'ROW'
    } else {
      const problem = `expected ${WANTED[this.state]}, got ${describeByte(byte)}`
      throw new MalformedFileError(this.base + this.at, problem)
    }
  }

  private enter(state: 'FIRST' | 'KEY' | 'AFTER'): void {
    this.state = state
    this.at++
  }

  /** Scans to the comma or brace that ends the row; false if it has not arrived. */
  private scanRow(): boolean {
    const { buffer, filled } = this
    let { at, depth, isInString } = this
    scan: while (at < filled) {
      if (isInString) {
        while (at < filled && buffer[at] !== 0x22 && buffer[at] !== 0x5c) at++
        // An escaped character is skipped, even if it has not arrived yet.
        if (at + 1 >= filled && buffer[at] === 0x5c) break
        if (at === filled) break
        if (buffer[at] === 0x22) isInString = false
        else at++
        at++
        continue
      }
      switch (CLASS[buffer[at]]) {
        case QUOTE:
          isInString = true
          break
        case OPEN:
          depth++
          break
        case CLOSE:
          if (depth === 0) break scan
          depth--
          break
        case COMMA:
          if (depth === 0) break scan
          break
      }
      at++
      // Inside brackets a native search skips all other bytes, such as a whole spectrum, several times faster.
      if (depth > 0 && !isInString && at < filled) at = this.findBracketOrQuote(at)
    }
    Object.assign(this, { at, depth, isInString })
    return at < filled && !isInString
  }

  /** The position of the next bracket or quote from `at`, or an earlier one; the end of the buffer if no position is left. */
  private findBracketOrQuote(at: number): number {
    const { view, clear } = this
    let nearest = view.length
    for (let i = 0; i < clear.length; i++) {
      if (clear[i] < at) {
        const found = view.indexOf(BRACKETS_AND_QUOTE[i], at)
        clear[i] = found < 0 ? view.length : found
      }
      if (clear[i] < nearest) nearest = clear[i]
    }
    return nearest
  }
}

const BRACKETS_AND_QUOTE = Buffer.from('"[]{}')

/** The expected input in each state, in words. */
const WANTED = {
  BEFORE: "'{'",
  FIRST: "a key or '}'",
  KEY: 'a key',
  ROW: 'the rest of a row',
  ROW_END: "',' or '}'",
  AFTER: 'the end of the file',
}

const QUOTE = 1
const OPEN = 2
const CLOSE = 3
const COMMA = 4
const CLASS = new Uint8Array(256)
CLASS[0x22] = QUOTE
CLASS[0x7b] = CLASS[0x5b] = OPEN
CLASS[0x7d] = CLASS[0x5d] = CLOSE
CLASS[0x2c] = COMMA

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
