import type { Database } from '../../db/connection/client.js'
import { listMeasured } from '../../db/evaluations/list-measured.js'
import { loadVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import type { Dataset } from '../../db/generated/client.js'
import { listFitCandidates } from '../../db/surrogates/list-fit-candidates.js'
import { usesSpectra } from '../../surrogate/surrogate-method.js'
import { listMeasuredShapes } from '../activations/list-shapes.js'
import { spectraOf, takeRows } from './load-spectra.js'

/** Maximum number of functions in a fit, because its time grows with their square. */
export const MOST_FITTED = 6000
/** Maximum number of functions with a stored prediction. The most promising are chosen (see `scanCandidates`). */
export const MOST_CANDIDATES = 20_000

/** Outputs of measured functions. Ids rise; vectors are row-major. */
interface MeasuredOutputs {
  readonly activationIds: Int32Array
  readonly outputs: Float32Array
  readonly targets: Float64Array
  readonly evaluationIds: Int32Array
}

/** The input of a fit, and the functions that it then predicts only by outputs. Ids rise; vectors are row-major. */
export interface StoredFitInput {
  readonly activationIds: Int32Array
  readonly outputs: Float32Array
  /** Null if the surrogate is fitted only on outputs. */
  readonly spectra: Float32Array | null
  /** Validation accuracy of each row, NaN if it was not measured. */
  readonly targets: Float64Array
  /** Evaluation id of each row, 0 if it was not measured. */
  readonly evaluationIds: Int32Array
  /**
   * Measured functions without a usable spectrum, from which a process on outputs learns too; null without spectra. With the
   * measured rows they are at most MOST_FITTED.
   */
  readonly withoutSpectra: MeasuredOutputs | null
  /** Validation accuracy of any function, NaN if it was not measured. */
  readonly targetOf: (activationId: number) => number
  /**
   * The shape of each measured function, by activation id. Cross-validation holds out functions of one shape together. Empty
   * for a dataset whose networks do not normalise their activations.
   */
  readonly shapes: ReadonlyMap<number, string>
  /** Finite functions outside the fit (no usable spectrum, or beyond MOST_FITTED) that always get a prediction. */
  readonly otherIds: Int32Array
  /** How many further stored functions may get a prediction; 0 if missing. */
  readonly room: number
}

/**
 * Loads the input of a fit of the dataset. If at least half of the measured functions, and enough to fit, have a spectrum,
 * the rows are all functions with a spectrum, measured or not. Otherwise the fit uses only outputs, and the rows are the
 * measured functions and, up to MOST_FITTED, others.
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
  // If more functions may be stored than were listed, functions about which nothing is known are chosen by `scanCandidates`.
  const hasMore = candidates.length === mostCandidates
  const listed = others.filter(({ activationId, hasSpectrum }) => !hasMore || hasSpectrum || known.has(activationId))
  const targetOf = (id: number) => known.get(id)?.validationAccuracy ?? Number.NaN
  const evaluationOf = (id: number) => known.get(id)?.evaluationId ?? 0
  const room = Math.max(0, MOST_FITTED - rows.filter((id) => known.has(id)).length)
  const bare = others.flatMap(({ activationId: id, hasSpectrum }) => (!hasSpectrum && known.has(id) ? [id] : []))
  const withoutSpectra = isCovered
    ? await loadMeasuredOutputs(database, bare.slice(0, room), targetOf, evaluationOf)
    : null
  return {
    activationIds: outputs.activationIds,
    outputs: outputs.values,
    spectra: isCovered && spectra ? takeRows(spectra, outputs.activationIds) : null,
    targets: Float64Array.from(outputs.activationIds, targetOf),
    evaluationIds: outputs.activationIds.map(evaluationOf),
    ...{ withoutSpectra, targetOf, shapes: await listMeasuredShapes(database, dataset) },
    otherIds: Int32Array.from(listed, ({ activationId }) => activationId),
    room: others.length - listed.length,
  }
}

async function loadMeasuredOutputs(
  database: Database,
  ids: readonly number[],
  targetOf: (id: number) => number,
  evaluationOf: (id: number) => number,
): Promise<MeasuredOutputs> {
  const { activationIds, values } = await loadVectors(database, { kind: 'OUTPUTS' }, Int32Array.from(ids))
  return {
    ...{ activationIds, outputs: values, targets: Float64Array.from(activationIds, targetOf) },
    evaluationIds: activationIds.map(evaluationOf),
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
