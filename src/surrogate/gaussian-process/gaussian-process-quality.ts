import { assignFolds, type CrossValidation, type HeldOut, widenAcrossFolds } from '../cross-validation/held-out.js'
import { fitIntervalCurve } from '../cross-validation/interval-curve.js'
import { type Quality, rateHeldOut } from '../cross-validation/quality.js'
import { createPace, type PaceOptions, toPartOf } from '../pace.js'
import { clip, type FittedProcess, tune } from './fitted-process.js'
import type { Coordinates, KernelCoordinates } from './gaussian-kernel.js'
import { conditionOn, type Posterior, predictAt } from './gaussian-posterior.js'
import { type GaussianProcessFit, membersOf, processOfRow } from './gaussian-process.js'
import { fitStack, type HeldOutMembers, type Members, onlySpectra, predictByNearest } from './stack.js'

/** A fit with the intervals that cross-validation gives it, and its quality. */
export interface RatedProcess {
  readonly fit: GaussianProcessFit
  readonly quality: Quality
}

/**
 * Cross-validates a fit. Each fold fits hyperparameters from nothing to the other folds. The choice among five sets of
 * features stays, and so do the projections, which see no measurement. A row without a spectrum is predicted by outputs,
 * as it is when it is served. The weights of the stack and the intervals follow from the errors of held-out functions; quality
 * uses those of other folds.
 */
export async function rateGaussianProcess(
  fit: GaussianProcessFit,
  settings: CrossValidation & { /** @defaultValue true */ readonly stacks?: boolean },
): Promise<RatedProcess> {
  const { best, byOutputs, paired, bySpectra, targets } = fit
  const folds = assignFolds(Int32Array.from(targets.keys()), settings.folds ?? 5, settings.seed, settings.classes)
  const members = (settings.stacks ?? true) ? membersOf(fit) : null
  const ofSpectra = members &&
    bySpectra && { coordinates: onlySpectra(members.paired.coordinates), posterior: bySpectra }
  const compared: Compared[] = [best, byOutputs, paired, ofSpectra].filter((process) => process !== null)
  const held = new Map<Compared, HeldOut[]>(compared.map((process) => [process, []]))
  for (const [fold, rows] of folds.entries()) {
    for (const [place, process] of compared.entries()) {
      const from = (fold + place / compared.length) / folds.length
      const part = toPartOf(settings, from, from + 1 / (folds.length * compared.length))
      const own = rows.filter((row) => row < process.posterior.rows.length)
      held.get(process)?.push(...(await predictFold(fit, process, own, { ...part, fold, out: new Set(rows) })))
    }
  }
  const heldBy = (process: Compared) => held.get(process) ?? []
  const means = members && [members.paired, members.byOutputs, ofSpectra ?? members.paired].map(heldBy)
  const stacked = members && means && fitStack(listMembers(members, folds, heldBy(best), means))
  const stackedRows = new Set(stacked?.held.map(({ row }) => row))
  const served = [best, byOutputs].flatMap((process) =>
    process
      ? widenAcrossFolds(heldBy(process)).filter(
          ({ row }) => processOfRow(fit, row) === process && !stackedRows.has(row),
        )
      : [],
  )
  const widenProcess = (process: FittedProcess): FittedProcess => ({
    ...process,
    intervals: fitIntervalCurve(held.get(process) ?? []),
  })
  return {
    fit: {
      ...fit,
      ...{ best: widenProcess(best), byOutputs: byOutputs && widenProcess(byOutputs), stack: stacked?.stack ?? null },
    },
    quality: rateHeldOut([...served, ...widenAcrossFolds(stacked?.held ?? [])]),
  }
}

/** A process in its features; rows are those of the fit. */
interface Compared {
  readonly coordinates: KernelCoordinates
  readonly posterior: Pick<Posterior, 'rows'>
}

/**
 * The held-out functions with a spectrum, with the means of all members. The deviation is that of the best process. Neighbours
 * are of the other folds too.
 */
function listMembers(
  { targets, paired, byOutputs }: Members,
  folds: readonly Int32Array[],
  ofBest: readonly HeldOut[],
  [ofPaired, ofOutputs, ofSpectra]: readonly HeldOut[][],
): HeldOutMembers[] {
  const meansOf = (held: readonly HeldOut[]) => new Map(held.map(({ row, mean }) => [row, mean]))
  const [pairs, outputs, spectra] = [ofPaired, ofOutputs, ofSpectra].map(meansOf)
  const visible = folds.map((rows) => {
    const out = new Set(rows)
    return paired.posterior.rows.filter((row) => !out.has(row))
  })
  const nearest = (own: Coordinates | null, row: number, fold: number) =>
    clip(predictByNearest(own, targets, visible[fold], own, row))
  const own = ofBest.filter(({ row }) => pairs.has(row))
  return own.map((each) => ({
    ...each,
    means: [
      ...[pairs, outputs, spectra].map((means) => means.get(each.row) ?? each.mean),
      nearest(byOutputs.coordinates.outputs, each.row, each.fold),
      nearest(paired.coordinates.spectra, each.row, each.fold),
    ],
  }))
}

/** Predicts some rows by a process of its rows that are not held out. */
async function predictFold(
  { targets, seed }: GaussianProcessFit,
  { coordinates, posterior }: Compared,
  rows: Int32Array,
  { fold, out, ...options }: PaceOptions & { readonly fold: number; readonly out: ReadonlySet<number> },
): Promise<HeldOut[]> {
  const pace = createPace(options)
  const visible = posterior.rows.filter((row) => !out.has(row))
  const known = Float64Array.from(visible, (row) => targets[row])
  const parameters = await tune(coordinates, visible, known, seed, { signal: options.signal })
  await pace.pause(0.3)
  const process = await conditionOn(coordinates, visible, known, parameters, { signal: options.signal })
  await pace.pause(0.8)
  const held: HeldOut[] = []
  for (const row of rows) {
    if (pace.due()) await pace.pause(0.8 + (0.2 * held.length) / rows.length)
    const { mean, deviation } = predictAt(process, coordinates, coordinates, row)
    held.push({ row, fold, measured: targets[row], mean: clip(mean), standardDeviation: deviation })
  }
  return held
}
