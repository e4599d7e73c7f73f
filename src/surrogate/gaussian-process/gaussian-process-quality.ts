import { assignFolds, type CrossValidation, type HeldOut, widenAcrossFolds } from '../cross-validation/held-out.js'
import { fitIntervalCurve } from '../cross-validation/interval-curve.js'
import { type Quality, rateHeldOut } from '../cross-validation/quality.js'
import { createPace, type PaceOptions, toPartOf } from '../pace.js'
import { clip, type FittedProcess, tune } from './fitted-process.js'
import { conditionOn, predictAt } from './gaussian-posterior.js'
import { type GaussianProcessFit, processOfRow } from './gaussian-process.js'

/** A fit with the intervals that cross-validation gives it, and its quality. */
export interface RatedProcess {
  readonly fit: GaussianProcessFit
  readonly quality: Quality
}

/**
 * Cross-validates a fit. Each fold fits hyperparameters from nothing to the other folds. The choice among five sets of
 * features stays, and so do the projections, which see no measurement. A row without a spectrum is predicted by outputs,
 * as it is when it is served. The intervals of each process follow from its errors; quality uses those of other folds.
 */
export async function rateGaussianProcess(fit: GaussianProcessFit, settings: CrossValidation): Promise<RatedProcess> {
  const { best, byOutputs, targets } = fit
  const folds = assignFolds(Int32Array.from(targets.keys()), settings.folds ?? 5, settings.seed, settings.classes)
  const processes = byOutputs ? [best, byOutputs] : [best]
  const held = new Map<FittedProcess, HeldOut[]>(processes.map((process) => [process, []]))
  for (const [fold, rows] of folds.entries()) {
    for (const [place, process] of processes.entries()) {
      const from = (fold + place / processes.length) / folds.length
      const part = toPartOf(settings, from, from + 1 / (folds.length * processes.length))
      const own = rows.filter((row) => row < process.posterior.rows.length)
      held.get(process)?.push(...(await predictFold(fit, process, own, { ...part, fold, out: new Set(rows) })))
    }
  }
  const served = processes.flatMap((process) =>
    widenAcrossFolds(held.get(process) ?? []).filter(({ row }) => processOfRow(fit, row) === process),
  )
  const widenProcess = (process: FittedProcess): FittedProcess => ({
    ...process,
    intervals: fitIntervalCurve(held.get(process) ?? []),
  })
  return {
    fit: { ...fit, best: widenProcess(best), byOutputs: byOutputs && widenProcess(byOutputs) },
    quality: rateHeldOut(served),
  }
}

/** Predicts some rows by a process of its rows that are not held out. */
async function predictFold(
  { targets, seed }: GaussianProcessFit,
  { coordinates, posterior }: FittedProcess,
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
