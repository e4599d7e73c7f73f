import type { IntervalCurve } from '../cross-validation/interval-curve.js'
import type { FeatureForm, FeatureProjection } from '../feature-vectors/feature-projection.js'
import type { FittedProcess } from './fitted-process.js'
import type { Coordinates } from './gaussian-kernel.js'
import type { MeanOnly } from './gaussian-posterior.js'
import type { GaussianProcessFit } from './gaussian-process.js'
import type { Stack } from './stack.js'

/**
 * Increase this number when the meaning of the bytes changes. Older bytes are then refused, and the fit is repeated.
 */
const VERSION = 5
/** No process on spectra beside a best process on outputs. Older releases read this version. */
const VERSION_WITHOUT_PAIRED = 4
/** One factor for all deviations, and all processes on the same rows. */
const VERSION_WITH_ONE_FACTOR = 3
const MAGIC = 0x5250_5347 // "GSPR" in little-endian order
const HEADER_BYTES = 12

/**
 * A fit as bytes: magic number, version and header length (uint32 each, little-endian), a JSON header, then its
 * numbers, float64 and float32, in the order of `listArrays`. The bytes are complete without features; for 3,000
 * functions they take about 6 MB. With a precision of 32 the float64 numbers become float32 and take half as much.
 */
export function serialiseGaussianProcess(
  fit: GaussianProcessFit,
  { precision = 64 }: { readonly precision?: 32 | 64 } = {},
): Uint8Array {
  const { seed, ids, targets, best, byOutputs, paired, bySpectra, stack } = fit
  const processes = [best, ...(byOutputs ? [byOutputs] : [])]
  const header = {
    ...{ seed, ids, precision, stack, processes: processes.map(describeProcess) },
    ...{ paired: paired && describeProcess(paired), bySpectra: bySpectra && describeMeans(bySpectra, precision) },
  } satisfies Header
  const text = new TextEncoder().encode(JSON.stringify(header))
  const doubles = precision === 64 ? Float64Array : Float32Array
  const arrays = [targets, ...[...processes, ...(paired ? [paired] : [])].flatMap(listArrays)].map((values) =>
    values instanceof Float64Array ? doubles.from(values) : values,
  )
  const size = arrays.reduce((sum, { byteLength }) => sum + byteLength, HEADER_BYTES + text.length)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, paired ? VERSION : VERSION_WITHOUT_PAIRED, true)
  view.setUint32(8, text.length, true)
  bytes.set(text, HEADER_BYTES)
  let offset = HEADER_BYTES + text.length
  for (const values of arrays) {
    for (const value of values) {
      if (values instanceof Float64Array) view.setFloat64(offset, value, true)
      else view.setFloat32(offset, value, true)
      offset += values.BYTES_PER_ELEMENT
    }
  }
  return bytes
}

/**
 * The fit that `serialiseGaussianProcess` wrote. Throws an Error for other bytes, another version, or a wrong length.
 */
export function deserialiseGaussianProcess(bytes: Uint8Array): GaussianProcessFit {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error('GAUSSIAN_PROCESS fit: wrong magic number; expected the bytes of serialiseGaussianProcess')
  }
  const version = view.getUint32(4, true)
  if (![VERSION, VERSION_WITHOUT_PAIRED, VERSION_WITH_ONE_FACTOR].includes(version))
    throw new Error(`GAUSSIAN_PROCESS fit: unknown version; expected ${VERSION}, got ${version}`)
  const start = HEADER_BYTES + view.getUint32(8, true)
  const {
    ids,
    seed,
    precision = 64,
    processes,
    paired = null,
    bySpectra,
    stack = null,
  }: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, start)))
  const rows = ids.length
  const expected = [...processes, ...(paired ? [paired] : [])].reduce(
    (sum, process) => sum + countBytes(process, process.rows ?? rows, precision),
    start + (precision / 8) * rows,
  )
  if (bytes.length !== expected)
    throw new Error(
      `GAUSSIAN_PROCESS fit: wrong length; expected ${expected} bytes for ${rows} rows, got ${bytes.length}`,
    )
  let offset = start
  const take: Take = {
    doubles(length) {
      if (precision === 32) return Float64Array.from(take.floats(length))
      const from = offset
      offset += 8 * length
      return Float64Array.from({ length }, (_, index) => view.getFloat64(from + 8 * index, true))
    },
    floats(length) {
      const from = offset
      offset += 4 * length
      return Float32Array.from({ length }, (_, index) => view.getFloat32(from + 4 * index, true))
    },
  }
  const targets = take.doubles(rows)
  const [best, byOutputs = null] = processes.map((process) => readProcess(process, process.rows ?? rows, take))
  const pair = paired && readProcess(paired, paired.rows ?? rows, take)
  return {
    ...{ algorithm: 'GAUSSIAN_PROCESS', seed, ids, targets, best, byOutputs, paired: pair, stack },
    bySpectra: bySpectra ? readMeans(bySpectra, (pair ?? best).posterior.rows) : null,
  }
}

interface Header {
  readonly seed: number
  readonly ids: readonly string[]
  /** Bits of the numbers that a fit has as float64. @defaultValue 64 */
  readonly precision?: 32 | 64
  readonly processes: readonly ProcessHeader[]
  readonly paired?: ProcessHeader | null
  /** Missing in fits of older releases, which read the others and leave this out. */
  readonly bySpectra?: MeansHeader | null
  readonly stack?: Stack | null
}

/** A process of which only means are needed, on the rows of the process with the same spectra. */
interface MeansHeader {
  readonly parameters: readonly number[]
  readonly centre: number
  readonly scale: number
  /** Null if all rows are inducing. */
  readonly inducing: readonly number[] | null
  readonly weights: readonly number[]
  readonly leftOutMeans: readonly number[]
}

interface ProcessHeader {
  /** Number of rows; all of the fit if it is missing. */
  readonly rows?: number
  /** Fits of older versions have one factor instead. */
  readonly intervals?: IntervalCurve
  readonly calibration?: number
  readonly centre: number
  readonly scale: number
  readonly parameters: readonly number[]
  /** Null if all rows are inducing. */
  readonly inducing: readonly number[] | null
  /** Null if the process does not compare this kind. */
  readonly outputs: ProjectionHeader | null
  readonly spectra: ProjectionHeader | null
  /** Number of landmarks for isolation; 0 if the process does not compare isolation. */
  readonly landmarks: number
}

interface ProjectionHeader {
  readonly columns: number
  readonly width: number
  readonly form: FeatureForm
}

interface Take {
  doubles(length: number): Float64Array
  floats(length: number): Float32Array
}

function describeProcess({ posterior, intervals, outputProjection, spectrumProjection, landmarks }: FittedProcess) {
  const { centre, scale, parameters, inducing, rows } = posterior
  const describe = ({ columns, width, form }: FeatureProjection): ProjectionHeader => ({ columns, width, form })
  return {
    ...{ rows: rows.length, intervals, centre, scale, parameters },
    inducing: inducing.length === rows.length ? null : [...inducing],
    outputs: outputProjection && describe(outputProjection),
    spectra: spectrumProjection && describe(spectrumProjection),
    landmarks: landmarks ? landmarks.values.length / landmarks.width : 0,
  } satisfies ProcessHeader
}

function describeMeans(process: MeanOnly, precision: 32 | 64): MeansHeader {
  const { parameters, centre, scale, inducing, rows, weights, leftOutMeans } = process
  const round = (values: Float64Array) => Array.from(values, precision === 32 ? Math.fround : Number)
  return {
    ...{ parameters, centre, scale, weights: round(weights), leftOutMeans: round(leftOutMeans) },
    inducing: inducing.length === rows.length ? null : [...inducing],
  }
}

function readMeans({ inducing, weights, leftOutMeans, ...others }: MeansHeader, rows: Int32Array): MeanOnly {
  return {
    ...others,
    ...{ rows, inducing: inducing ? Int32Array.from(inducing) : rows },
    weights: Float64Array.from(weights),
    leftOutMeans: Float64Array.from(leftOutMeans),
  }
}

function listArrays({ posterior, coordinates, outputProjection, spectrumProjection, landmarks }: FittedProcess) {
  return [
    ...[posterior.weights, posterior.explained, posterior.leftOutMeans, posterior.leftOutDeviations],
    ...[coordinates.outputs, coordinates.spectra, coordinates.isolation, landmarks].flatMap(
      (each) => each?.values ?? [],
    ),
    ...[outputProjection, spectrumProjection].flatMap((each) => each?.directions ?? []),
  ]
}

function countBytes({ inducing, outputs, spectra, landmarks }: ProcessHeader, rows: number, precision: number): number {
  const double = precision / 8
  const size = inducing?.length ?? rows
  const own = size + (size * (size + 1)) / 2 + 2 * rows + (landmarks > 0 ? rows + landmarks * (spectra?.width ?? 0) : 0)
  return [outputs, spectra].reduce(
    (sum, each) => sum + (each ? double * rows * each.width + 4 * each.width * each.columns : 0),
    double * own,
  )
}

function readProcess(header: ProcessHeader, rows: number, { doubles, floats }: Take): FittedProcess {
  const { calibration = 1, centre, scale, parameters } = header
  const { intervals = { means: [0], factors: [calibration] } } = header
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const inducing = header.inducing ? Int32Array.from(header.inducing) : all
  const size = inducing.length
  const [weights, explained] = [doubles(size), doubles((size * (size + 1)) / 2)]
  const [leftOutMeans, leftOutDeviations] = [doubles(rows), doubles(rows)]
  const takeCoordinates = (count: number, width: number | undefined): Coordinates | null =>
    width && count > 0 ? { values: doubles(count * width), width } : null
  const outputs = takeCoordinates(rows, header.outputs?.width)
  const spectra = takeCoordinates(rows, header.spectra?.width)
  const isolation = takeCoordinates(header.landmarks > 0 ? rows : 0, 1)
  const landmarks = takeCoordinates(header.landmarks, header.spectra?.width)
  const takeProjection = (each: ProjectionHeader | null): FeatureProjection | null =>
    each && { ...each, directions: floats(each.width * each.columns) }
  const outputProjection = takeProjection(header.outputs)
  const spectrumProjection = takeProjection(header.spectra)
  return {
    ...{ outputProjection, spectrumProjection, landmarks, coordinates: { outputs, spectra, isolation }, intervals },
    posterior: {
      ...{ parameters, centre, scale, weights, explained, leftOutMeans, leftOutDeviations },
      ...{ rows: all, inducing },
    },
  }
}
