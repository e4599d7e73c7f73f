import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { type CoefficientTable, createCoefficientTable } from './coefficient-table.js'
import type { CurveParameters } from './curve-parameters.js'
import type { SparseGraph } from './sparse-graph.js'
import type { Layout } from './spectral-layout.js'

/** Settings of the optimisation of a layout. */
export interface LayoutSettings extends PaceOptions {
  readonly curve: CurveParameters
  readonly epochs: number
  /** Equal seeds give equal layouts. */
  readonly seed: number
  /** Step length of the first epoch; it decreases linearly to 0. @defaultValue 1 */
  readonly initialRate?: number
}

/** Forces between two points of the map, as functions of their squared distance. */
export interface Forces {
  readonly attraction: CoefficientTable
  readonly repulsion: CoefficientTable
}

/**
 * The layout after stochastic gradient descent on the cross-entropy of UMAP (arXiv 1802.03426, algorithm 5). Edges are
 * sampled in proportion to their weights. Each sample pulls both ends together and pushes the source away from five
 * random nodes. Does not change the given layout. Rejects if the signal aborts.
 */
export async function optimiseLayout(start: Layout, graph: SparseGraph, settings: LayoutSettings): Promise<Layout> {
  const { epochs, initialRate = 1 } = settings
  const layout = start.slice()
  const forces = createForces(settings.curve)
  const schedule = createSchedule(graph.weights, epochs)
  const sources = listSources(graph)
  const random = createRandomStream(settings.seed, 2)
  const pace = createPace(settings)
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (pace.due()) await pace.pause(epoch / epochs)
    const rate = initialRate * (1 - epoch / epochs)
    runEpoch(layout, sources, graph.targets, schedule, forces, epoch, rate, () => random.integer(graph.nodes))
  }
  return layout
}

/** The coefficients of the gradients for one curve. */
export function createForces({ a, b }: CurveParameters): Forces {
  return {
    attraction: createCoefficientTable((s) => (-2 * a * b * s ** (b - 1)) / (a * s ** b + 1)),
    repulsion: createCoefficientTable((s) => (2 * b) / ((0.001 + s) * (a * s ** b + 1))),
  }
}

export const NEGATIVE_SAMPLES = 5

/** The next epoch of each edge, and its period. The heaviest edge is sampled in every epoch. */
export interface Schedule {
  readonly period: Float64Array
  readonly next: Float64Array
  readonly nextNegative: Float64Array
}

/** The schedule for edges of the given weights. An edge that is due less than once in all epochs is never sampled. */
export function createSchedule(weights: Float32Array, epochs: number): Schedule {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const period = Float64Array.from(weights, (weight) => (weight > 0 ? largest / weight : epochs + 1))
  return { period, next: period.slice(), nextNegative: period.map((value) => value / NEGATIVE_SAMPLES) }
}

function listSources({ nodes, starts, targets }: SparseGraph): Int32Array {
  const sources = new Int32Array(targets.length)
  for (let node = 0; node < nodes; node++) sources.fill(node, starts[node], starts[node + 1])
  return sources
}

function runEpoch(
  layout: Layout,
  sources: Int32Array,
  targets: Int32Array,
  { period, next, nextNegative }: Schedule,
  { attraction, repulsion }: Forces,
  epoch: number,
  rate: number,
  drawNode: () => number,
): void {
  for (let edge = 0; edge < targets.length; edge++) {
    if (next[edge] > epoch) continue
    const source = 2 * sources[edge]
    const target = 2 * targets[edge]
    let x = layout[source]
    let y = layout[source + 1]
    let dx = x - layout[target]
    let dy = y - layout[target + 1]
    let squared = dx * dx + dy * dy
    if (squared > 0) {
      const pull = attraction.at(squared)
      const stepX = clip(pull * dx) * rate
      const stepY = clip(pull * dy) * rate
      x += stepX
      y += stepY
      layout[target] -= stepX
      layout[target + 1] -= stepY
    }
    next[edge] += period[edge]
    const negatives = Math.floor(((epoch - nextNegative[edge]) * NEGATIVE_SAMPLES) / period[edge])
    for (let draw = 0; draw < negatives; draw++) {
      const other = 2 * drawNode()
      dx = x - layout[other]
      dy = y - layout[other + 1]
      squared = dx * dx + dy * dy
      // A node at the same point (the source itself or a duplicate) exerts no force.
      if (squared === 0 || other === source) continue
      const push = repulsion.at(squared)
      x += clip(push * dx) * rate
      y += clip(push * dy) * rate
    }
    if (negatives > 0) nextNegative[edge] += (negatives * period[edge]) / NEGATIVE_SAMPLES
    layout[source] = x
    layout[source + 1] = y
  }
}

/** Limits a step to 4, so that a close pair cannot throw its points out of the map. */
function clip(value: number): number {
  return Math.min(4, Math.max(-4, value))
}
