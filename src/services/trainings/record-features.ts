import type { Database } from '../../db/connection/client.js'
import { upsertSpectrum } from '../../db/features/upsert-spectrum.js'
import { toLittleEndianBytes } from '../../db/statements/float32.js'

/** A function whose Fisher spectrum is to be computed. */
export interface MissingSpectrum {
  readonly datasetName: string
  readonly datasetVersion: string
  /** Number of values; null if the dataset has no spectra. */
  readonly length: number | null
  readonly expression: string
}

export interface RecordedSpectrum {
  readonly datasetId: number
  readonly activationId: number
  readonly datasetVersion: string
  /** Null if the spectrum cannot be computed; `reason` says why. */
  readonly values: Float32Array | null
  readonly reason: string | null
}

/** The data that computing a spectrum needs; null if it is stored already, or its dataset or function was deleted. */
export async function findMissingSpectrum(
  database: Database,
  { datasetId, activationId }: { readonly datasetId: number; readonly activationId: number },
): Promise<MissingSpectrum | null> {
  const dataset = await database.prisma.dataset.findUnique({ where: { id: datasetId } })
  const activation = await database.prisma.activation.findUnique({ where: { id: activationId } })
  if (!dataset || !activation) return null
  const known = await database.prisma.fisherSpectrum.count({
    where: { datasetId, activationId, datasetVersion: dataset.version },
  })
  if (known > 0) return null
  return {
    datasetName: dataset.name,
    datasetVersion: dataset.version,
    length: dataset.fisherSpectrumLength,
    expression: activation.expression,
  }
}

/** Stores a spectrum, or the reason for its absence. See `upsertSpectrum`. */
export async function recordFeatures(database: Database, spectrum: RecordedSpectrum): Promise<void> {
  const { datasetId, activationId, datasetVersion, reason } = spectrum
  const values = spectrum.values && toLittleEndianBytes(spectrum.values)
  await upsertSpectrum(database.kysely, {
    dataset_id: datasetId,
    activation_id: activationId,
    dataset_version: datasetVersion,
    values,
    reason: values ? null : reason,
  })
}
