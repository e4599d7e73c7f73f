/** Positive nodes of the 15-point Kronrod rule on [-1, 1], outermost first; every second node is a Gauss node. */
const POSITIVE_NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848,
]
const HALF_WEIGHTS = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
]
const HALF_GAUSS_WEIGHTS = [0, 0.1294849661688697, 0, 0.27970539148927664, 0, 0.3818300505051189, 0, 0.4179591836734694]

/** The 15 nodes of Kronrod's extension of the 7-point Gauss rule on [-1, 1], ascending (QUADPACK's qk15). */
export const KRONROD_NODES: Float64Array = Float64Array.from([
  ...POSITIVE_NODES.map((node) => -node),
  0,
  ...POSITIVE_NODES.toReversed(),
])
/** The weights of the 15-point rule. */
export const KRONROD_WEIGHTS: Float64Array = mirror(HALF_WEIGHTS)
/** The weights of the embedded 7-point Gauss rule; 0 at nodes that are not Gauss nodes. */
export const GAUSS_WEIGHTS: Float64Array = mirror(HALF_GAUSS_WEIGHTS)

function mirror(half: number[]): Float64Array {
  return Float64Array.from([...half, ...half.slice(0, -1).toReversed()])
}
