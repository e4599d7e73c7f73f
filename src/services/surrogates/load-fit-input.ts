import type { Database } from '../../db/connection/client.js'
import { listMeasured } from '../../db/evaluations/list-measured.js'
import { loadVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import type { Dataset } from '../../db/generated/client.js'
import { listFitCandidates } from '../../db/surrogates/list-fit-candidates.js'
import { usesSpectra } from '../../surrogate/surrogate-method.js'
import { spectraOf, takeRows } from './load-spectra.js'

/** Functions that a surrogate is embedded on at most: the time of a fit grows with their square. */
export const MOST_FITTED = 6000
/** Functions that a surrogate holds predictions for at most: of more, the most promising (see `scanCandidates`). */
export const MOST_CANDIDATES = 20_000

/** What a surrogate is fitted on, and what it then predicts by outputs alone. Ids rise; vectors are row-major. */
export interface StoredFitInput {
  readonly activationIds: Int32Array
  readonly outputs: Float32Array
  /** Null where the surrogate is fitted on outputs alone. */
  readonly spectra: Float32Array | null
  /** Validation accuracy of each row, NaN where it was not measured. */
  readonly targets: Float64Array
  /** Evaluation of each row, 0 where there is none. */
  readonly evaluationIds: Int32Array
  /** Validation accuracy of any function, NaN where it was not measured. */
  readonly targetOf: (activationId: number) => number
  /** Finite functions left out of the fit, of unusable spectrum or beyond MOST_FITTED, that are predicted in any case. */
  readonly otherIds: Int32Array
  /** How many of those that are stored beside all of these may be predicted too; 0 where there are no more. */
  readonly room: number
}

/**
 * Loads what a surrogate of the dataset is fitted on. With spectra, where at least half of the measured functions (and
 * enough to fit) have one: then the rows are the functions that have one, measured or not. Otherwise on outputs alone,
 * measured functions first.
 */
export async function loadFitInput(
  database: Database,
  dataset: Dataset,
  mostCandidates = MOST_CANDIDATES,
): Promise<StoredFitInput> {
  const measured = await listMeasured(database.kysely, dataset.id)
  const known = new Map(measured.map((row) => [row.activationId, row]))
  const candidates = await listFitCandidates(database.kysely, dataset, mostCandidates)
  const spectra = await loadCandidateSpectra(database, dataset, candidates)
  const withSpectrum = new Set(spectra?.activationIds)
  const covered = measured.filter(({ activationId }) => withSpectrum.has(activationId)).length
  const isCovered = usesSpectra(covered, measured.length)
  const ids = candidates.map(({ activationId }) => activationId)
  const usable = isCovered ? ids.filter((id) => withSpectrum.has(id)) : ids
  const rows = takeMeasuredFirst(usable, known).sort((a, b) => a - b)
  const fitted = new Set(rows)
  const outputs = await loadVectors(database, { kind: 'OUTPUTS' }, Int32Array.from(rows))
  const others = candidates.filter(({ activationId }) => !fitted.has(activationId))
  // Where there may be more than were listed, the others are listed for what is known of them, and not by chance.
  const hasMore = candidates.length === mostCandidates
  const listed = others.filter(({ activationId, hasSpectrum }) => !hasMore || hasSpectrum || known.has(activationId))
  const targetOf = (id: number) => known.get(id)?.validationAccuracy ?? Number.NaN
  return {
    activationIds: outputs.activationIds,
    outputs: outputs.values,
    spectra: isCovered && spectra ? takeRows(spectra, outputs.activationIds) : null,
    targets: Float64Array.from(outputs.activationIds, targetOf),
    evaluationIds: outputs.activationIds.map((id) => known.get(id)?.evaluationId ?? 0),
    targetOf,
    otherIds: Int32Array.from(listed, ({ activationId }) => activationId),
    room: others.length - listed.length,
  }
}

async function loadCandidateSpectra(
  database: Database,
  dataset: Dataset,
  candidates: readonly { activationId: number; hasSpectrum: boolean }[],
): Promise<VectorBlock | null> {
  const source = spectraOf(dataset)
  const ids = candidates.filter(({ hasSpectrum }) => hasSpectrum).map(({ activationId }) => activationId)
  return source && ids.length > 0 ? loadVectors(database, source, Int32Array.from(ids)) : null
}

function takeMeasuredFirst(ids: readonly number[], known: ReadonlyMap<number, unknown>): number[] {
  const first = ids.filter((id) => known.has(id))
  const rest = ids.filter((id) => !known.has(id))
  return [...first, ...rest].slice(0, MOST_FITTED)
}
