import { createRandomStream } from '../../numeric/random.js'
import type { CurveParameters } from './curve-parameters.js'
import { computeMemberships, computeSmoothDistances } from './fuzzy-graph.js'
import { joinWeights, type MissingEdgeWeights, rescaleRow } from './graph-union.js'
import type { NearestNeighbours } from './nearest-neighbours.js'
import { createForces, createSchedule, type Forces, NEGATIVE_SAMPLES } from './optimise-layout.js'
import type { Layout } from './spectral-layout.js'

/** The map and its settings, as the transformation of new points needs them. */
export interface FittedMap {
  readonly layout: Layout
  readonly curve: CurveParameters
  readonly seed: number
  /** Weights of missing edges if the map is of a union of two graphs, otherwise null. */
  readonly missingEdgeWeights: MissingEdgeWeights | null
}

/** Neighbours of a new point among the rows of the map: by outputs, and by spectra if it has one. */
export interface PointNeighbours {
  readonly outputs: NearestNeighbours
  readonly spectra: NearestNeighbours | null
}

/** The map point of a new function with these neighbours. */
export type Transform = (neighbours: PointNeighbours) => [x: number, y: number]

/**
 * Transforms new functions into a fitted map without changing it, as umap-learn's transform does. Memberships have a
 * local connectivity of 0; the point starts at their weighted mean, and a hundred epochs move only the new point.
 * umap-learn has no transform for unions. There, the rules that joined the graphs also join the two rows of memberships
 * and restore local connectivity; a function without a spectrum has only one row. The result depends only on the
 * neighbours, the map and the seed, not on other new functions.
 */
export function createTransform(map: FittedMap): Transform {
  const forces = createForces(map.curve)
  return (neighbours) => {
    const edges = joinMemberships(map, neighbours)
    return optimisePoint(map, edges, computeStart(map.layout, edges), forces)
  }
}

interface PointEdges {
  readonly targets: Int32Array
  readonly weights: Float32Array
  /** The row with the same features as the point, if any. */
  readonly twin: number | null
}

const EPOCHS = 100
const INITIAL_RATE = 0.25
/** The fit prunes a graph below 1/500 of its largest weight before it joins it. */
const PRUNED_SHARE = 1 / 500

function joinMemberships(map: FittedMap, { outputs, spectra }: PointNeighbours): PointEdges {
  const first = listMemberships(outputs)
  const second = spectra && map.missingEdgeWeights ? listMemberships(spectra) : null
  const targets = Int32Array.from(new Set([...first.keys(), ...(second?.keys() ?? [])])).sort()
  const weights = Float32Array.from(targets, (target) => {
    const weight = first.get(target)
    if (!second || !map.missingEdgeWeights) return weight ?? 0
    const [missingFirst, missingSecond] = map.missingEdgeWeights
    return joinWeights(weight ?? missingFirst, second.get(target) ?? missingSecond)
  })
  const twin = outputs.distances[0] === 0 ? outputs.indices[0] : null
  if (map.missingEdgeWeights) rescaleRow(weights)
  return { targets, weights, twin }
}

function listMemberships(nearest: NearestNeighbours): Map<number, number> {
  const memberships = computeMemberships(nearest, computeSmoothDistances(nearest, 0), false)
  const limit = Math.max(...memberships) * PRUNED_SHARE
  return new Map(Array.from(nearest.indices, (row, rank) => [row, memberships[rank] < limit ? 0 : memberships[rank]]))
}

function computeStart(layout: Layout, { targets, weights, twin }: PointEdges): [number, number] {
  if (twin !== null) return [layout[2 * twin], layout[2 * twin + 1]]
  let x = 0
  let y = 0
  let total = 0
  targets.forEach((target, edge) => {
    x += weights[edge] * layout[2 * target]
    y += weights[edge] * layout[2 * target + 1]
    total += weights[edge]
  })
  return [x / total, y / total]
}

function optimisePoint(
  { layout, seed }: FittedMap,
  { targets, weights }: PointEdges,
  [startX, startY]: [number, number],
  { attraction, repulsion }: Forces,
): [number, number] {
  const { period, next, nextNegative } = createSchedule(weights, EPOCHS)
  const random = createRandomStream(seed, 3)
  let x = startX
  let y = startY
  const move = (other: number, coefficients: Forces['attraction'], rate: number) => {
    const dx = x - layout[2 * other]
    const dy = y - layout[2 * other + 1]
    const squared = dx * dx + dy * dy
    if (squared === 0) return
    const force = coefficients.at(squared)
    x += rate * Math.max(-4, Math.min(4, force * dx))
    y += rate * Math.max(-4, Math.min(4, force * dy))
  }
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = INITIAL_RATE * (1 - epoch / EPOCHS)
    for (let edge = 0; edge < targets.length; edge++) {
      if (next[edge] > epoch) continue
      move(targets[edge], attraction, rate)
      next[edge] += period[edge]
      const negatives = Math.floor(((epoch - nextNegative[edge]) * NEGATIVE_SAMPLES) / period[edge])
      for (let draw = 0; draw < negatives; draw++) move(random.integer(layout.length / 2), repulsion, rate)
      if (negatives > 0) nextNegative[edge] += (negatives * period[edge]) / NEGATIVE_SAMPLES
    }
  }
  return [x, y]
}
