import type { RunLine } from '../datasets/shipped/run-line.js'
import { METRIC_PROPERTIES, type MetricProperty } from '../metrics.js'
import { type MeasuredFunction, poolNoise } from '../numeric/ranks/measured-function.js'

/** How a training compares with the run that it repeats. */
export interface RunComparison {
  /** CLOSE: another backend, and the validation accuracies differ by no more than the tolerance. */
  readonly outcome: 'IDENTICAL' | 'CLOSE' | 'DIFFERENT'
  /** The fields that differ: metrics, `epochs`, `learnedParameters`. */
  readonly differences: readonly string[]
}

/** A time is never repeated. */
const REPEATABLE = METRIC_PROPERTIES.filter((name): name is MetricProperty => name !== 'runtimeSeconds')

/**
 * Compares a training with the run that it repeats. On one backend every metric must be equal to the last bit. Another
 * backend rounds differently, and a training multiplies such differences; there, only the validation accuracy is compared.
 */
export function compareRuns(run: RunLine, again: RunLine, tolerance: number): RunComparison {
  const differences: string[] = REPEATABLE.filter((name) => run[name] !== again[name])
  if (run.epochs.length > 0 && !isSame(run.epochs, again.epochs)) differences.push('epochs')
  if (!isSame(run.learnedParameters, again.learnedParameters)) differences.push('learnedParameters')
  if (differences.length === 0) return { outcome: 'IDENTICAL', differences }
  const distance = Math.abs((run.validationAccuracy ?? 0) - (again.validationAccuracy ?? 0))
  const isClose = run.backend !== again.backend && distance <= tolerance
  return { outcome: isClose ? 'CLOSE' : 'DIFFERENT', differences }
}

/**
 * The difference of validation accuracies that is accepted on another backend: three standard deviations of the difference
 * between two runs with different seeds. Null if no function has several runs.
 */
export function computeTolerance(runs: readonly RunLine[]): number | null {
  const byFunction = new Map<string, number[]>()
  for (const { expression, validationAccuracy } of runs) {
    if (validationAccuracy === null) continue
    byFunction.set(expression, [...(byFunction.get(expression) ?? []), validationAccuracy])
  }
  const measured = Array.from(byFunction.values(), (own): MeasuredFunction => ({ value: medianOf(own), runs: own }))
  const noise = measured.length > 0 ? poolNoise(measured) : null
  return noise && 3 * Math.SQRT2 * noise.deviation
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
