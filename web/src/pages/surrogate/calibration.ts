/** A function whose accuracy was predicted and measured. */
export interface PredictedFunction {
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number
}

/** Half of a 90% interval, in standard deviations. */
export const INTERVAL_DEVIATIONS = 1.645

interface Row {
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number | null
}

/** Both ends of a list as one, each function once, without functions whose measurement is missing. */
export function joinPredictions(highest: readonly Row[], lowest: readonly Row[]): PredictedFunction[] {
  const rows = new Map([...highest, ...lowest].map((row) => [row.expression, row]))
  return [...rows.values()].filter((row): row is PredictedFunction => row.measured !== null)
}

export function isInside({ mean, standardDeviation, measured }: PredictedFunction): boolean | null {
  return standardDeviation === null ? null : Math.abs(measured - mean) <= INTERVAL_DEVIATIONS * standardDeviation
}

export function errorOf({ mean, measured }: PredictedFunction): number {
  return mean - measured
}
