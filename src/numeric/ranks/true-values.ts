/** Functions with equal evaluations. Places are in deviations of a single run; greater is better. */
export interface PlacedValue {
  readonly place: number
  /** The standard error of the evaluation, in the same unit. */
  readonly error: number
  readonly count: number
}

/** A normal part of the distribution of a rank. */
export interface RankPart {
  readonly weight: number
  readonly mean: number
  readonly deviation: number
}

/** The distribution of the true values of all functions. */
export interface TrueValues {
  /** The distribution of the true rank of a function with this place and error, as a mixture. */
  ranksAt(place: number, error: number): RankPart[]
}

/** Distance between two nodes of the grid, in deviations of a single run. */
const STEP = 0.25
/** Smaller errors count as this one: the grid does not resolve them. */
const SMALLEST_ERROR = 0.25
/** Errors beyond this number of standard errors do not occur. */
const REACH = 5
/** Few rounds keep the estimate smooth: every round makes it sharper, until it has a few points only. */
const ROUNDS = 15

/**
 * Estimates the distribution of the true values on a grid, from evaluations that differ from them by normal errors
 * (empirical Bayes, by expectation maximisation). From it follow, for each function, the probabilities of its true value.
 */
export function fitTrueValues(placed: readonly PlacedValue[]): TrueValues {
  const first = placed[0].place - REACH - STEP
  const last = placed[placed.length - 1].place + REACH + STEP
  const nodes = Math.ceil((last - first) / STEP) + 1
  const bins = groupByNode(placed, first)
  let prior = new Float64Array(nodes).fill(1 / nodes)
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(nodes)
    for (const bin of bins) addPosterior(bin, prior, next)
    const total = next.reduce((sum, mass) => sum + mass, 0)
    prior = next.map((mass) => mass / total)
  }
  const { better, variance } = countBetter(bins, prior)
  return {
    ranksAt(place, error) {
      const node = Math.round((place - first) / STEP)
      const kernel = makeKernel(error, place - first - node * STEP)
      const own = posteriorOf({ node, kernel, count: 1 }, prior)
      let above = 1
      return own.map(({ node: at, mass }) => {
        above -= mass
        const share = above + mass / 2
        const spread = Math.max(0, variance[at] - share * (1 - share))
        return { weight: mass, mean: 1 + Math.max(0, better[at] - share), deviation: Math.sqrt(spread + 1e-6) }
      })
    },
  }
}

interface Bin {
  readonly node: number
  /** Likelihood of the evaluation for the nodes around `node`, from node - half to node + half. */
  readonly kernel: Float64Array
  readonly count: number
}

function groupByNode(placed: readonly PlacedValue[], first: number): Bin[] {
  const kernels = new Map<number, Float64Array>()
  const bins = new Map<string, { node: number; kernel: Float64Array; count: number }>()
  for (const { place, error, count } of placed) {
    const kernel = kernels.get(error) ?? makeKernel(error, 0)
    kernels.set(error, kernel)
    const node = Math.round((place - first) / STEP)
    const bin = bins.get(`${node} ${error}`)
    if (bin) bin.count += count
    else bins.set(`${node} ${error}`, { node, kernel, count })
  }
  return [...bins.values()]
}

/** The normal density around an evaluation that lies `offset` above its node, up to a factor. */
function makeKernel(error: number, offset: number): Float64Array {
  const deviation = Math.max(SMALLEST_ERROR, error) / STEP
  const half = Math.ceil(REACH * Math.min(deviation, 1 / STEP))
  return Float64Array.from({ length: 2 * half + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - half - offset / STEP) / deviation) ** 2),
  )
}

/** The probabilities of the true value of a function of a bin, by node in ascending order. */
function posteriorOf({ node, kernel }: Bin, prior: Float64Array): { node: number; mass: number }[] {
  const start = node - (kernel.length >> 1)
  const masses = Array.from(kernel, (likelihood, i) => likelihood * (prior[start + i] ?? 0))
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  return masses.flatMap((mass, i) => (mass > 0 ? [{ node: start + i, mass: mass / total }] : []))
}

function addPosterior({ node, kernel, count }: Bin, prior: Float64Array, next: Float64Array): void {
  const start = node - (kernel.length >> 1)
  let total = 0
  for (let i = 0; i < kernel.length; i++) total += kernel[i] * (prior[start + i] ?? 0)
  if (!(total > 0)) return
  for (let i = 0; i < kernel.length; i++) next[start + i] += (count * kernel[i] * (prior[start + i] ?? 0)) / total
}

/** For each node, the expected number of functions that are better than it, and the variance of this number. */
function countBetter(bins: readonly Bin[], prior: Float64Array) {
  const mass = new Float64Array(prior.length)
  const variance = new Float64Array(prior.length)
  for (const bin of bins) {
    let above = 1
    for (const { node, mass: own } of posteriorOf(bin, prior)) {
      above -= own
      const share = above + own / 2
      mass[node] += bin.count * own
      variance[node] += bin.count * share * (1 - share)
    }
  }
  const better = new Float64Array(prior.length)
  let above = 0
  for (let node = prior.length - 1; node >= 0; node--) {
    better[node] = above + mass[node] / 2
    above += mass[node]
  }
  return { better, variance }
}
