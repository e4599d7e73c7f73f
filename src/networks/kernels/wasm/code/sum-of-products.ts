import { type Code, f32, f32x4, type Local, repeat } from './instructions.js'
import type { Locals } from './module.js'

/** Steps over the terms of a sum, the outermost first. Each step moves the pointer to the left factors by so many bytes. */
export type Terms = readonly { count: number; step: number }[]

/** A block of sums: rows × columns, of which the columns are those of the right factors. */
export interface Block {
  /** Byte offset of each row's first left factor. */
  rows: readonly number[]
  /** Number of columns. */
  columns: number
  terms: Terms
  /** Bytes from a right factor to that of the next term. */
  rightStep: number
  /** Bytes from a row of sums to the next one. */
  outStep: number
  /** Starts from the sums that are there. */
  adds?: boolean
}

/** More terms than this in one pass of a loop make the code longer but not faster. */
const MOST_UNROLLED = 4

const FLOATS = 4

/**
 * out[row][column] = start[column] + Σ left[row][term] · right[term][column] in float32, where each product is rounded and
 * then added to its sum, term after term. Four columns share a vector, but no sum is split over lanes. `start` is 0 if it
 * is null. All pointers are addresses of the block's first element; none is changed.
 */
export function writeBlock(block: Block, pointers: Pointers, scratch: Scratch): Code {
  const { rows, columns, terms, rightStep, outStep } = block
  const starts = vectorStarts(columns)
  const sums = rows.map((_, row) => starts.map((_, k) => scratch.sums[row * starts.length + k]))
  const { left, right } = scratch
  const term = (index: number, step: number): Code => {
    const factors = starts.map((start, k) =>
      scratch.factors[k].set(loadColumns(columns, right.get, index * rightStep + start * FLOATS)),
    )
    const products = rows.map((offset, row) => [
      scratch.factor.set(f32.loadEach(left.get, offset + index * step)),
      starts.map((_, k) =>
        sums[row][k].set(f32x4.add(sums[row][k].get, f32x4.mul(scratch.factor.get, scratch.factors[k].get))),
      ),
    ])
    return [factors, products]
  }
  return [
    left.set(pointers.left.get),
    right.set(pointers.right.get),
    sums.map((ofRow, row) =>
      ofRow.map((sum, k) =>
        sum.set(
          block.adds
            ? loadColumns(columns, pointers.out.get, row * outStep + starts[k] * FLOATS)
            : startOf(pointers.start, columns, starts[k]),
        ),
      ),
    ),
    writeTerms(terms, scratch, term, rightStep),
    sums.map((ofRow, row) =>
      ofRow.map((sum, k) => storeColumns(columns, pointers.out.get, sum.get, row * outStep + starts[k] * FLOATS)),
    ),
  ]
}

/** Where the block's factors, start and sums are. */
export interface Pointers {
  left: Local
  right: Local
  start: Local | null
  out: Local
}

/** Variables for blocks of up to `rows` × `columns`. */
export interface Scratch {
  left: Local
  right: Local
  counters: Local[]
  factor: Local
  factors: Local[]
  sums: Local[]
}

export function createScratch(locals: Locals, rows: number, columns: number, depth: number): Scratch {
  const many = (count: number, create: () => Local) => Array.from({ length: count }, create)
  const vectors = vectorStarts(columns).length
  return {
    left: locals.i32(),
    right: locals.i32(),
    counters: many(depth, locals.i32),
    factor: locals.v128(),
    factors: many(vectors, locals.v128),
    sums: many(rows * vectors, locals.v128),
  }
}

/** First columns of the vectors. The last vector overlaps the one before it if the columns do not fill it. */
function vectorStarts(columns: number): number[] {
  const starts = Array.from({ length: Math.ceil(columns / 4) }, (_, k) => 4 * k)
  if (columns > 4) starts[starts.length - 1] = columns - 4
  return starts
}

function writeTerms(
  [{ count, step }, ...inner]: Terms,
  scratch: Scratch,
  term: (index: number, step: number) => Code,
  rightStep: number,
): Code {
  const counter = scratch.counters[inner.length]
  if (inner.length > 0) {
    const moved = inner[0].count * inner[0].step
    return repeat(counter, count, [writeTerms(inner, scratch, term, rightStep), scratch.left.add(step - moved)])
  }
  const pass = (terms: number): Code => [
    Array.from({ length: terms }, (_, index) => term(index, step)),
    scratch.left.add(terms * step),
    scratch.right.add(terms * rightStep),
  ]
  const passes = Math.floor(count / MOST_UNROLLED)
  const rest = count % MOST_UNROLLED
  return [passes > 0 ? repeat(counter, passes, pass(MOST_UNROLLED)) : [], rest > 0 ? pass(rest) : []]
}

function startOf(start: Local | null, columns: number, column: number): Code {
  return start === null ? f32x4.zero() : loadColumns(columns, start.get, column * FLOATS)
}

function loadColumns(columns: number, address: Code, offset: number): Code {
  if (columns >= 4) return f32x4.load(address, offset)
  if (columns === 1) return f32.loadLow(address, offset)
  throw new Error(`columns: expected 1 or at least 4, got ${columns}`)
}

function storeColumns(columns: number, address: Code, value: Code, offset: number): Code {
  return columns >= 4 ? f32x4.store(address, value, offset) : f32.storeLow(address, value, offset)
}
