import { concat, dispose, keep, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** Moments of one batch in one layer of batch normalisation. */
export interface BatchMoments {
  layer: string
  mean: Tensor1D
  variance: Tensor1D
}

/** Moments of the latest batches, oldest first. It owns the tensors. */
export type RecentMoments = BatchMoments[][]

/** Number of batches whose moments inference uses. */
export const BATCHES_OF_STATISTICS = 32

/** Adds the moments of a batch that was learnt from, and disposes those that are too old. */
export function rememberMoments(recent: RecentMoments, moments: BatchMoments[]): void {
  if (moments.length === 0) return
  recent.push(moments)
  if (recent.length > BATCHES_OF_STATISTICS) disposeMoments(recent.splice(0, 1))
}

/**
 * Sets the moments that batch normalisation uses in inference, by name in `fixed`: for each channel the median, over the
 * latest batches, of their means and of their variances. Then the moments of the batches are disposed. The usual choice,
 * moving averages, fails here: with a function that grows exponentially, a single picture can raise a batch's variance a
 * thousandfold and the average with it. A network that is right in training is then at chance in inference, for some
 * seeds. At the end of a recipe the learning rate is near 0, so these are the moments of the final weights, as arXiv
 * 2105.07576 (section 3) recommends.
 */
export async function settleBatchStatistics(recent: RecentMoments, fixed: Map<string, Tensor1D>): Promise<void> {
  const batches = recent.splice(0)
  const rows = await Promise.all(batches.map(readMoments))
  let start = 0
  for (const { layer, mean } of batches[0] ?? []) {
    for (const moment of ['mean', 'variance'] as const) {
      const ofMoment = rows.map((row) => row.subarray(start, start + mean.size))
      start += mean.size
      const name = `${layer}/${moment}`
      fixed.get(name)?.dispose()
      fixed.set(name, keep(tensor1d(medianOfRows(ofMoment))))
    }
  }
  disposeMoments(batches)
}

/** All moments of a batch, one after the other. They are joined first, because a graphics card is slow to read. */
async function readMoments(moments: BatchMoments[]): Promise<Float32Array> {
  const joined = tidy(() => concat(moments.flatMap(({ mean, variance }) => [mean, variance])))
  const values = await joined.data<'float32'>()
  joined.dispose()
  return values
}

/** The median of each column; for an even number of rows, the mean of the two middle values. */
export function medianOfRows(rows: readonly Float32Array[]): Float32Array {
  const middle = rows.length / 2
  return rows[0].map((_, column) => {
    const values = Float32Array.from(rows, (row) => row[column]).sort()
    return (values[Math.ceil(middle) - 1] + values[Math.floor(middle)]) / 2
  })
}

export function disposeMoments(recent: RecentMoments): void {
  dispose(recent.flatMap((moments) => moments.flatMap(({ mean, variance }) => [mean, variance])))
}
