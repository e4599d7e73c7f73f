import { makeNpyRecordHeader } from '../../datasets/writing/npy.js'
import { type ColumnOfTable, writeTableAsParquet } from '../../datasets/writing/write-table.js'
import { countMap, type ExportedPoint, type MapScope, readMap } from '../../db/exports/read-map.js'
import { ActbenchError } from '../../errors.js'
import type { ExportSource, ExportWriter } from './export-format.js'
import { toMetadata } from './parquet-metadata.js'

const TEXTS = ['expression', 'activationId'] as const satisfies readonly (keyof ExportedPoint)[]
const NUMBERS = ['x', 'y', 'measured', 'predicted'] as const satisfies readonly (keyof ExportedPoint)[]
const COLUMNS: readonly ColumnOfTable[] = [
  ...TEXTS.map((name) => ({ name, type: 'text' }) as const),
  ...NUMBERS.map((name) => ({ name, type: 'float32' }) as const),
]

/** A row for each function on the dataset's newest map. Throws NOT_FOUND without a map. */
export const MAP_PARQUET_WRITER: ExportWriter = {
  prepare(source) {
    const scope = getMap(source)
    return {
      byteLength: null,
      write: () => writeTableAsParquet(COLUMNS, readRows(source, scope), toMetadata(source.dataset)),
    }
  },
}

/** The numbers of the same rows, in the same order, as records of float32; NaN if one is missing. */
export const MAP_NPY_WRITER: ExportWriter = {
  count: (source) => countMap(source.db, getMap(source)),
  prepare(source) {
    const scope = getMap(source)
    const header = makeNpyRecordHeader(source.rows, NUMBERS)
    return {
      byteLength: header.length + source.rows * RECORD_BYTES,
      async *write() {
        yield header
        yield* packPoints(readMap(source.db, scope))
      },
    }
  },
}

const RECORD_BYTES = 4 * NUMBERS.length
/** Points in one chunk. */
const CHUNK = 4096

function getMap({ dataset, scope }: Omit<ExportSource, 'rows'>): MapScope {
  const { name, mapId } = dataset
  if (mapId !== null) return { surrogateId: mapId, datasetId: scope.datasetId, conditions: scope.conditions }
  throw new ActbenchError('NOT_FOUND', `dataset: ${name} has no map; updateSurrogate with UMAP_KNN makes one`)
}

async function* readRows({ db }: ExportSource, scope: MapScope) {
  for await (const point of readMap(db, scope)) yield [...TEXTS, ...NUMBERS].map((name) => point[name])
}

async function* packPoints(points: AsyncIterable<ExportedPoint>) {
  let chunk = Buffer.alloc(CHUNK * RECORD_BYTES)
  let used = 0
  for await (const point of points) {
    for (const name of NUMBERS) used = chunk.writeFloatLE(point[name] ?? Number.NaN, used)
    if (used < chunk.length) continue
    yield chunk
    chunk = Buffer.alloc(CHUNK * RECORD_BYTES)
    used = 0
  }
  if (used > 0) yield chunk.subarray(0, used)
}
