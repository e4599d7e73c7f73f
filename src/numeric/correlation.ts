/** Spearman's rank correlation; tied values share their mean rank. Null if either side is constant. */
export function computeSpearman(left: ArrayLike<number>, right: ArrayLike<number>): number | null {
  return correlateRanks(computeRanks(left), computeRanks(right))
}

/**
 * Kendall's tau-b, which corrects for ties, in O(n log n) (Knight 1966). After a sort by left, then right, the number
 * of discordant pairs is the number of exchanges in a merge sort by right. Null if either side is constant.
 */
export function computeKendall(left: ArrayLike<number>, right: ArrayLike<number>): number | null {
  const count = left.length
  const order = Int32Array.from({ length: count }, (_, index) => index)
  order.sort((a, b) => left[a] - left[b] || right[a] - right[b])
  const byLeft = Float64Array.from(order, (index) => right[index])
  const tiedLeft = countTiedPairs(order, (a, b) => left[a] === left[b])
  const tiedBoth = countTiedPairs(order, (a, b) => left[a] === left[b] && right[a] === right[b])
  const exchanges = countExchanges(byLeft)
  const tiedRight = countTiedPairs(byLeft, (a, b) => a === b)
  const pairs = (count * (count - 1)) / 2
  const scale = Math.sqrt(pairs - tiedLeft) * Math.sqrt(pairs - tiedRight)
  return scale > 0 ? (pairs - tiedLeft - tiedRight + tiedBoth - 2 * exchanges) / scale : null
}

/** Ranks from 1; tied values share their mean rank. */
export function computeRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, index) => index)
  order.sort((a, b) => values[a] - values[b])
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]] === values[order[from]]) to++
    for (let rank = from; rank < to; rank++) ranks[order[rank]] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

function correlateRanks(left: Float64Array, right: Float64Array): number | null {
  const mean = (left.length + 1) / 2
  let joint = 0
  let squareLeft = 0
  let squareRight = 0
  for (let index = 0; index < left.length; index++) {
    const a = left[index] - mean
    const b = right[index] - mean
    joint += a * b
    squareLeft += a * a
    squareRight += b * b
  }
  const scale = Math.sqrt(squareLeft) * Math.sqrt(squareRight)
  return scale > 0 ? Math.max(-1, Math.min(1, joint / scale)) : null
}

/** Number of pairs within runs of equal adjacent values. */
function countTiedPairs(values: ArrayLike<number>, areEqual: (a: number, b: number) => boolean): number {
  let pairs = 0
  for (let from = 0; from < values.length; ) {
    let to = from + 1
    while (to < values.length && areEqual(values[from], values[to])) to++
    pairs += ((to - from) * (to - from - 1)) / 2
    from = to
  }
  return pairs
}

/** Sorts `values` in ascending order, in place, and returns the number of pairs that were in descending order. */
function countExchanges(values: Float64Array): number {
  let source = values
  let target = new Float64Array(values.length)
  let exchanges = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let from = 0; from < values.length; from += 2 * width) {
      const middle = Math.min(from + width, values.length)
      const end = Math.min(from + 2 * width, values.length)
      let a = from
      let b = middle
      for (let index = from; index < end; index++) {
        if (a < middle && (b >= end || source[a] <= source[b])) target[index] = source[a++]
        else {
          target[index] = source[b++]
          exchanges += middle - a
        }
      }
    }
    const sorted = source
    source = target
    target = sorted as Float64Array<ArrayBuffer>
  }
  if (source !== values) values.set(source)
  return exchanges
}
