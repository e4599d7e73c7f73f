/** Half the width of the central 90% of a normal distribution, in standard deviations. */
export const NORMAL_90 = 1.6448536269514722

/**
 * The factor for standard deviations so that nine of ten residuals lie within 1.645 of them. `ratios` are absolute
 * residuals divided by their standard deviations. The quantile has rank ceil(0.9 (n + 1)), as in split conformal
 * prediction, so the interval also holds for a new residual. The factor is 1 if nine of ten residuals are zero, because
 * they then have no scale.
 */
export function computeIntervalScale(ratios: Float64Array): number {
  const sorted = ratios.slice().sort()
  const wide = sorted[Math.min(sorted.length, Math.ceil(0.9 * (sorted.length + 1))) - 1]
  return wide > 0 ? wide / NORMAL_90 : 1
}
