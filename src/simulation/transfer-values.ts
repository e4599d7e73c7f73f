import {
  fitGaussianProcess,
  type GaussianProcessFit,
  predictGaussianProcess,
  predictLeftOut,
} from '../surrogate/gaussian-process/gaussian-process.js'
import type { PaceOptions } from '../surrogate/pace.js'
import { FIT_SEED } from '../surrogate/surrogate-method.js'
import { combineWithMeasurement } from '../surrogate/transfer/source-value.js'
import {
  type MeasuredFunction,
  type TabularDataset,
  type TabularFunction,
  toOutputMatrix,
  toSpectrumMatrix,
  wouldUseSpectra,
} from './tabular-dataset.js'

/**
 * What a dataset knows of some functions, in their order: measurements, each combined with what the other measurements
 * predict, and predictions of the other functions. The measurements of the functions' own dataset are not read.
 */
export async function listTransferValues(
  source: TabularDataset,
  functions: readonly TabularFunction[],
  options: PaceOptions = {},
): Promise<Float64Array> {
  const withSpectra = wouldUseSpectra(source)
  const rows = withSpectra ? source.measured.filter(({ spectrum }) => spectrum !== null) : source.measured
  const fit = await fitGaussianProcess({
    ids: rows.map(({ id }) => id),
    outputs: toOutputMatrix(rows).values,
    spectra: withSpectra ? toSpectrumMatrix(rows).values : null,
    targets: Float64Array.from(rows, ({ validationAccuracy }) => validationAccuracy),
    ...{ seed: FIT_SEED, signal: options.signal },
  })
  const known = combineMeasured(fit, source.measured)
  const spectrumOf = new Map([...source.measured, ...source.others].map(({ id, spectrum }) => [id, spectrum]))
  const values = Float64Array.from(functions, ({ id }) => known.get(id) ?? Number.NaN)
  const predict = async (indices: readonly number[], hasSpectrum: boolean) => {
    const asked = indices.map((index) => ({
      ...functions[index],
      spectrum: hasSpectrum ? (spectrumOf.get(functions[index].id) ?? null) : null,
    }))
    if (asked.length === 0) return
    const query = {
      rows: asked.length,
      outputs: toOutputMatrix(asked).values,
      spectra: hasSpectrum ? toSpectrumMatrix(asked).values : null,
    }
    const predictions = await predictGaussianProcess(fit, query, options)
    for (const [place, { mean }] of predictions.entries()) values[indices[place]] = mean
  }
  const unknown = [...values.keys()].filter((index) => Number.isNaN(values[index]))
  const isSpectral = (index: number) => withSpectra && (spectrumOf.get(functions[index].id) ?? null) !== null
  await predict(unknown.filter(isSpectral), true)
  await predict(
    unknown.filter((index) => !isSpectral(index)),
    false,
  )
  return values
}

/** Measured functions by their ids. A function that the fit left out keeps its measurement. */
function combineMeasured(fit: GaussianProcessFit, measured: readonly MeasuredFunction[]): Map<string, number> {
  const values = new Map(measured.map(({ id, validationAccuracy }) => [id, validationAccuracy]))
  for (const [row, { mean, standardDeviation }] of predictLeftOut(fit).entries()) {
    const id = fit.ids[row]
    values.set(id, combineWithMeasurement(mean, standardDeviation, fit.targets[row]))
  }
  return values
}
