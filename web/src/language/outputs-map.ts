import { evaluate, parse } from '@actbench/expression'

/** Places of functions in the plane, by their outputs. */
export interface OutputsMap {
  /** x and y of each function; NaN for one that these pages cannot compute. */
  readonly places: Float64Array
  /** The place of any other function, or null. */
  placeOf(expression: string): readonly [x: number, y: number] | null
}

const REACH = 4
/** An even number, so that no sample is at zero, where many functions have a pole. */
const SAMPLES = 40
const POINTS = Float64Array.from({ length: SAMPLES }, (_, index) => -REACH + (2 * REACH * index) / (SAMPLES - 1))
/** Inputs of a layer are close to zero, so their outputs count more. */
const WEIGHTS = POINTS.map((x) => Math.exp((-x * x) / 4))
const ITERATIONS = 200
/** Longest time without a pause for the page, in milliseconds. */
const HOLD = 20
/** Larger outputs count as this one, else a few poles would fill the map. */
const LARGEST = 30

/**
 * The first two principal components of the outputs from -4 to 4, weighted by the density of the normal distribution. Large
 * outputs are compressed by asinh. Null if the signal is aborted.
 */
export async function mapOutputs(expressions: readonly string[], signal: AbortSignal): Promise<OutputsMap | null> {
  const rows: (Float64Array | null)[] = []
  let started = performance.now()
  for (const expression of expressions) {
    rows.push(sample(expression))
    if (performance.now() - started < HOLD) continue
    await new Promise((done) => setTimeout(done))
    if (signal.aborted) return null
    started = performance.now()
  }
  const known = rows.filter((row) => row !== null)
  const mean = POINTS.map((_, column) => known.reduce((sum, row) => sum + row[column], 0) / Math.max(1, known.length))
  const axes = findAxes(known, mean)
  const place = (row: Float64Array) =>
    axes.map((axis) => row.reduce((sum, value, column) => sum + (value - mean[column]) * axis[column], 0))
  return {
    places: Float64Array.from(rows.flatMap((row) => (row === null ? [Number.NaN, Number.NaN] : place(row)))),
    placeOf(expression) {
      const row = sample(expression)
      if (row === null) return null
      const [x, y] = place(row)
      return [x, y]
    },
  }
}

function sample(expression: string): Float64Array | null {
  try {
    return evaluate(parse(expression), POINTS).map((value, index) => {
      const kept = Number.isNaN(value) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, value))
      return Math.asinh(kept) * WEIGHTS[index]
    })
  } catch {
    // The service knows an operator that these pages, from an older version, do not know.
    return null
  }
}

/** The two directions in which rows differ most. */
function findAxes(rows: readonly Float64Array[], mean: Float64Array): Float64Array[] {
  const covariance = Array.from(POINTS, () => new Float64Array(SAMPLES))
  for (const row of rows) {
    const centred = row.map((value, column) => value - mean[column])
    for (let i = 0; i < SAMPLES; i++) for (let j = 0; j < SAMPLES; j++) covariance[i][j] += centred[i] * centred[j]
  }
  const axes: Float64Array[] = []
  for (let rank = 0; rank < 2; rank++) {
    // Odd and even parts, so that the start is orthogonal to neither.
    let axis = normalise(POINTS.map((x) => (rank === 0 ? x + 0.1 : 1 + 0.1 * x)))
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      const next = Float64Array.from(covariance, (line) => dot(line, axis))
      for (const other of axes) {
        const share = dot(next, other)
        next.forEach((value, index) => {
          next[index] = value - share * other[index]
        })
      }
      axis = normalise(next)
    }
    axes.push(axis)
  }
  return axes
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0)
}

function normalise(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector))
  return length > 0 ? vector.map((value) => value / length) : vector
}
