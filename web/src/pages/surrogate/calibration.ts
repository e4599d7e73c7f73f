/** A function whose accuracy was predicted and measured. */
export interface PredictedFunction {
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number
}

/** Half of a 90% interval, in standard deviations. */
export const INTERVAL_DEVIATIONS = 1.645

export interface Part {
  readonly name: string
  readonly functions: number
  readonly lowest: number
  readonly highest: number
  /** Mean of predicted minus measured. */
  readonly bias: number
  readonly meanAbsoluteError: number
  /** Share of the measurements inside their interval; null without intervals. */
  readonly coverage: number | null
}

const QUARTERS = ['Lowest quarter', 'Second quarter', 'Third quarter', 'Highest quarter']
/** The mean error of fewer functions says little. */
const LEAST_FUNCTIONS = 5

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

/** Four parts of equal size, by the predicted accuracy: it is known before a function is trained. */
export function splitQuarters(functions: readonly PredictedFunction[]): Part[] {
  const sorted = [...functions].sort((a, b) => a.mean - b.mean)
  return QUARTERS.map((name, index) => {
    const from = Math.round((index * sorted.length) / QUARTERS.length)
    const to = Math.round(((index + 1) * sorted.length) / QUARTERS.length)
    return describePart(name, sorted.slice(from, to))
  }).filter((part) => part.functions > 0)
}

/** The functions that contain each operator, the worst predicted first. */
export function groupByOperator(functions: readonly PredictedFunction[]): Part[] {
  const groups = new Map<string, PredictedFunction[]>()
  for (const each of functions) {
    for (const name of new Set(each.expression.match(/[a-z_]\w*(?=\()/g) ?? [])) {
      groups.set(name, [...(groups.get(name) ?? []), each])
    }
  }
  return [...groups]
    .filter(([, members]) => members.length >= LEAST_FUNCTIONS)
    .map(([name, members]) => describePart(name, members))
    .sort((a, b) => b.meanAbsoluteError - a.meanAbsoluteError)
}

/** The functions whose prediction is farthest off. */
export function listWorst(functions: readonly PredictedFunction[], count: number): PredictedFunction[] {
  return [...functions].sort((a, b) => Math.abs(errorOf(b)) - Math.abs(errorOf(a))).slice(0, count)
}

function describePart(name: string, functions: readonly PredictedFunction[]): Part {
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
  const inside = functions.map(isInside).filter((each) => each !== null)
  return {
    name,
    functions: functions.length,
    lowest: Math.min(...functions.map(({ mean }) => mean)),
    highest: Math.max(...functions.map(({ mean }) => mean)),
    bias: average(functions.map(errorOf)),
    meanAbsoluteError: average(functions.map((each) => Math.abs(errorOf(each)))),
    coverage: inside.length === 0 ? null : average(inside.map(Number)),
  }
}
