import type { Database } from '../../db/connection/client.js'
import { loadVectors, type VectorBlock, type VectorSource } from '../../db/features/load-vectors.js'
import type { Dataset } from '../../db/generated/client.js'

/** Where the spectra of a dataset's functions are stored; null if the dataset has none. */
export function spectraOf(dataset: Dataset): VectorSource | null {
  const { id, version, fisherSpectrumLength } = dataset
  if (fisherSpectrumLength === null) return null
  return { kind: 'FISHER_SPECTRUM', datasetId: id, version, columns: fisherSpectrumLength }
}

/** The stored spectra of these functions in a dataset, by activation id. */
export async function loadSpectra(
  database: Database,
  datasetId: number,
  activationIds: readonly number[],
): Promise<Map<number, Float32Array>> {
  if (activationIds.length === 0) return new Map()
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })
  const source = spectraOf(dataset)
  return source ? toVectors(await loadVectors(database, source, Int32Array.from(activationIds))) : new Map()
}

/** The vectors of a block by activation id; they share its memory. */
export function toVectors({ activationIds, values, columns }: VectorBlock): Map<number, Float32Array> {
  return new Map(
    Array.from(activationIds, (id, row) => [id, values.subarray(row * columns, (row + 1) * columns)] as const),
  )
}

/** The rows of these ids, in this order. Each id has a row in the block. */
export function takeRows({ activationIds, values, columns }: VectorBlock, ids: Int32Array): Float32Array {
  const rowOf = new Map(Array.from(activationIds, (id, row) => [id, row]))
  const taken = new Float32Array(ids.length * columns)
  ids.forEach((id, index) => {
    const row = rowOf.get(id) as number
    taken.set(values.subarray(row * columns, (row + 1) * columns), index * columns)
  })
  return taken
}
