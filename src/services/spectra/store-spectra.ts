import type { Db } from '../../db/connection/client.js'
import { keepDataset } from '../../db/datasets/keep-dataset.js'
import { findGivenSpectra, lockSpectra, setSpectrumLength, writeSpectra } from '../../db/features/given-spectra.js'
import { toLittleEndianBytes } from '../../db/statements/float32.js'
import type { ActbenchError } from '../../errors.js'
import { datasetNotFound } from '../datasets/get-dataset.js'

/** The spectrum of one function, checked. */
export interface GivenSpectrum {
  readonly activationId: number
  /** Null if the function has none; `reason` then says why. */
  readonly values: Float32Array | null
  readonly reason: string | null
}

/** What happened to spectra that were given to a dataset. */
export interface StoredSpectra {
  readonly added: number
  readonly replaced: number
  /** Those that the dataset had already, with the same values. */
  readonly unchanged: number
}

/** A dataset that takes spectra, until the transaction ends. */
export interface SpectraTarget {
  readonly datasetId: number
  readonly datasetVersion: string
  readonly name: string
  /** Number of values of its spectra; null if it has none yet and none is expected. */
  length: number | null
  /** Whether the dataset has recorded the length. */
  hasLength: boolean
}

/**
 * Opens a dataset for spectra: nobody else gives it spectra or deletes it until the transaction ends. A dataset without
 * spectra takes those of the expected length, or of the first one. Throws NOT_FOUND.
 */
export async function openSpectraTarget(
  db: Db,
  { id, name }: { readonly id: number; readonly name: string },
  expectedLength: number | null = null,
): Promise<SpectraTarget> {
  if (!(await keepDataset(db.$kysely, id))) throw datasetNotFound(name)
  await lockSpectra(db.$kysely, id)
  // Only now is the length settled.
  const { version, fisherSpectrumLength } = await db.dataset.findUniqueOrThrow({ where: { id } })
  const length = fisherSpectrumLength ?? expectedLength
  return { datasetId: id, datasetVersion: version, name, length, hasLength: fisherSpectrumLength !== null }
}

/** How a batch of spectra is stored. */
export interface StoreOptions {
  /** Whether other values replace those that are stored. */
  readonly replaces: boolean
  /** The error for a spectrum of the batch. */
  refuse(index: number, problem: 'length' | 'value', message: string): ActbenchError
  /** Called for each spectrum that is refused. Throws, or leaves it out. */
  onRefused(error: ActbenchError): void
}

/**
 * Stores spectra of distinct functions. The first spectrum of a dataset settles the length of all. A spectrum that is stored
 * already is left as it is; with other values it is refused, unless `replaces` is set. A function that is known to have none
 * gets one. One that has a spectrum keeps it if the batch says that it has none.
 */
export async function storeSpectra(
  db: Db,
  target: SpectraTarget,
  spectra: readonly GivenSpectrum[],
  { replaces, refuse, onRefused }: StoreOptions,
): Promise<StoredSpectra> {
  const stored = await findGivenSpectra(
    db.$kysely,
    target,
    spectra.map(({ activationId }) => activationId),
  )
  const written: GivenSpectrum[] = []
  const counts = { added: 0, replaced: 0, unchanged: 0 }
  for (const [index, spectrum] of spectra.entries()) {
    const { activationId, values } = spectrum
    if (values) {
      target.length ??= values.length
      if (values.length !== target.length) {
        const others = target.hasLength ? `the others of ${target.name} have` : 'the first one has'
        onRefused(refuse(index, 'length', `expected ${target.length} values as ${others}, got ${values.length}`))
        continue
      }
    }
    const known = stored.get(activationId)
    if (known === undefined || (known === null && values)) {
      counts.added++
      written.push(spectrum)
    } else if (!values || !known || known.equals(toLittleEndianBytes(values))) counts.unchanged++
    else if (replaces) {
      counts.replaced++
      written.push(spectrum)
    } else onRefused(refuse(index, 'value', `${target.name} has another spectrum of this function`))
  }
  if (written.length > 0) await writeSpectra(db.$kysely, target, written)
  if (!target.hasLength && written.some(({ values }) => values)) {
    await setSpectrumLength(db.$kysely, target.datasetId, target.length)
    target.hasLength = true
  }
  return counts
}
