import type { GaussianProcessFit } from './gaussian-process.js'

/** Raised whenever the bytes change their meaning; older ones are then refused, and the fit is made anew. */
const VERSION = 1
const MAGIC = 0x5250_5347 // "GSPR" in little-endian order
const HEADER_BYTES = 12

/**
 * A fit as bytes: magic, version and header length (uint32 each, little-endian), a JSON header, then its numbers, float64
 * and float32, in the order of `listArrays`. It needs no features beside it; for 3,000 functions some 20 MB, most of that
 * the factor.
 */
export function serialiseGaussianProcess(fit: GaussianProcessFit): Uint8Array {
  const { outputProjection, spectrumProjection, places, posterior } = fit
  const describe = ({ columns, width, squash }: typeof outputProjection) => ({ columns, width, squash })
  const header = new TextEncoder().encode(
    JSON.stringify({
      ...{ seed: fit.seed, ids: fit.ids, calibration: fit.calibration },
      ...{ centre: posterior.centre, scale: posterior.scale, parameters: posterior.parameters },
      outputs: describe(outputProjection),
      spectra: spectrumProjection && describe(spectrumProjection),
    } satisfies Header),
  )
  const arrays = [
    ...[fit.targets, posterior.weights, posterior.leftOutMeans, posterior.leftOutDeviations],
    ...[places.outputs.values, ...(places.spectra ? [places.spectra.values] : [])],
    ...[outputProjection.directions, ...(spectrumProjection ? [spectrumProjection.directions] : [])],
    posterior.factor,
  ]
  const size = arrays.reduce((sum, { byteLength }) => sum + byteLength, HEADER_BYTES + header.length)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setUint32(8, header.length, true)
  bytes.set(header, HEADER_BYTES)
  let offset = HEADER_BYTES + header.length
  for (const values of arrays) {
    const step = values.BYTES_PER_ELEMENT
    for (const value of values) {
      if (step === 8) view.setFloat64(offset, value, true)
      else view.setFloat32(offset, value, true)
      offset += step
    }
  }
  return bytes
}

/** The fit that `serialiseGaussianProcess` wrote. Throws an Error for other bytes, another version, or a wrong length. */
export function deserialiseGaussianProcess(bytes: Uint8Array): GaussianProcessFit {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error('these bytes are no GAUSSIAN_PROCESS fit')
  }
  const version = view.getUint32(4, true)
  if (version !== VERSION) throw new Error(`GAUSSIAN_PROCESS fit of version ${version}, expected ${VERSION}`)
  const start = HEADER_BYTES + view.getUint32(8, true)
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, start)))
  const { ids, outputs, spectra, seed, calibration, centre, scale, parameters } = header
  const rows = ids.length
  const projected = [outputs, ...(spectra ? [spectra] : [])]
  const doubles = rows * (4 + projected.reduce((sum, { width }) => sum + width, 0))
  const floats = projected.reduce((sum, { width, columns }) => sum + width * columns, (rows * (rows + 1)) / 2)
  if (bytes.length !== start + 8 * doubles + 4 * floats) {
    throw new Error(`GAUSSIAN_PROCESS fit of ${rows} rows has ${bytes.length} bytes`)
  }
  let offset = start
  const takeDoubles = (length: number) => {
    const from = offset
    offset += 8 * length
    return Float64Array.from({ length }, (_, index) => view.getFloat64(from + 8 * index, true))
  }
  const takeFloats = (length: number) => {
    const from = offset
    offset += 4 * length
    return Float32Array.from({ length }, (_, index) => view.getFloat32(from + 4 * index, true))
  }
  const [targets, weights, leftOutMeans, leftOutDeviations] = [rows, rows, rows, rows].map(takeDoubles)
  const places = projected.map(({ width }) => ({ values: takeDoubles(rows * width), width }))
  const projections = projected.map((each) => ({ ...each, directions: takeFloats(each.width * each.columns) }))
  const factor = takeFloats((rows * (rows + 1)) / 2)
  const known = { parameters, centre, scale, weights, factor, leftOutMeans, leftOutDeviations }
  return {
    ...{ algorithm: 'GAUSSIAN_PROCESS', seed, ids, targets, calibration },
    outputProjection: projections[0],
    spectrumProjection: projections[1] ?? null,
    places: { outputs: places[0], spectra: places[1] ?? null },
    posterior: { ...known, rows: Int32Array.from({ length: rows }, (_, row) => row) },
  }
}

interface Header {
  readonly seed: number
  readonly ids: readonly string[]
  readonly calibration: number
  readonly centre: number
  readonly scale: number
  readonly parameters: readonly number[]
  readonly outputs: ProjectionHeader
  readonly spectra: ProjectionHeader | null
}

interface ProjectionHeader {
  readonly columns: number
  readonly width: number
  readonly squash: boolean
}
