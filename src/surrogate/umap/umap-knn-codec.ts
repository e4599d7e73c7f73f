import type { UmapKnnFit } from './umap-knn.js'

/**
 * Increase this number when the meaning of the bytes changes. Older bytes are then refused, and the fit is repeated.
 */
const VERSION = 1
const MAGIC = 0x4b4e4e55 // "UNNK" in little-endian order
const HEADER_BYTES = 12

/**
 * A fit as bytes: magic number, version and header length (uint32 each, little-endian), a JSON header, the layout
 * (float32) and targets (float64) of all rows, and the map of the measured rows (float32) if there is one. 16 bytes per
 * row plus its id, and 8 more per measured row. Features are not included.
 */
export function serialiseUmapKnn(fit: UmapKnnFit): Uint8Array {
  const { layout, targets, measuredLayout, ...rest } = fit
  const own = measuredLayout ?? new Float32Array(0)
  const header = new TextEncoder().encode(JSON.stringify({ ...rest, measuredRows: own.length / 2 }))
  const bytes = new Uint8Array(HEADER_BYTES + header.length + (layout.length + own.length) * 4 + targets.length * 8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setUint32(8, header.length, true)
  bytes.set(header, HEADER_BYTES)
  let offset = HEADER_BYTES + header.length
  for (const value of layout) {
    view.setFloat32(offset, value, true)
    offset += 4
  }
  for (const value of targets) {
    view.setFloat64(offset, value, true)
    offset += 8
  }
  for (const value of own) {
    view.setFloat32(offset, value, true)
    offset += 4
  }
  return bytes
}

/** The fit that `serialiseUmapKnn` wrote. Throws an Error for other bytes, another version, or a wrong length. */
export function deserialiseUmapKnn(bytes: Uint8Array): UmapKnnFit {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new Error('UMAP_KNN fit: wrong magic number; expected the bytes of serialiseUmapKnn')
  const version = view.getUint32(4, true)
  if (version !== VERSION) throw new Error(`UMAP_KNN fit: unknown version; expected ${VERSION}, got ${version}`)
  const start = HEADER_BYTES + view.getUint32(8, true)
  // Fits of older versions have neither a second map nor intervals.
  const {
    measuredRows = 0,
    intervals = null,
    ...header
  } = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, start)))
  const rows: number = header.ids.length
  const end = start + rows * 16
  if (bytes.length !== end + measuredRows * 8)
    throw new Error(
      `UMAP_KNN fit: wrong length; expected ${end + measuredRows * 8} bytes for ${rows} rows, got ${bytes.length}`,
    )
  const readPoints = (from: number, count: number) =>
    Float32Array.from({ length: count * 2 }, (_, index) => view.getFloat32(from + index * 4, true))
  const measuredLayout = measuredRows > 0 ? readPoints(end, measuredRows) : null
  const targets = Float64Array.from({ length: rows }, (_, row) => view.getFloat64(start + rows * 8 + row * 8, true))
  return { ...header, intervals, layout: readPoints(start, rows), targets, measuredLayout }
}
