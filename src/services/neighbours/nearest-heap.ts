/** The nearest few of many items, in a max-heap of fixed size. An item that is too far costs one comparison. */
export interface NearestHeap {
  /** The farthest distance in the heap, or Infinity while it has room. Items beyond it need not be offered. */
  limit(): number
  offer(id: number, distance: number): void
  /** Nearest first; equal distances by id. */
  toSorted(): { readonly activationId: number; readonly distance: number }[]
}

/** Creates an empty heap for `capacity` items. */
export function createNearestHeap(capacity: number): NearestHeap {
  const ids = new Int32Array(capacity)
  const distances = new Float64Array(capacity)
  let size = 0
  const isFarther = (a: number, b: number) =>
    distances[a] > distances[b] || (distances[a] === distances[b] && ids[a] > ids[b])
  const swap = (a: number, b: number) => {
    const id = ids[a]
    const distance = distances[a]
    ids[a] = ids[b]
    distances[a] = distances[b]
    ids[b] = id
    distances[b] = distance
  }
  const siftUp = (start: number) => {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1
      if (!isFarther(index, parent)) return
      swap(index, parent)
      index = parent
    }
  }
  const siftDown = () => {
    for (let index = 0; ; ) {
      let farthest = index
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < size && isFarther(child, farthest)) farthest = child
      if (farthest === index) return
      swap(index, farthest)
      index = farthest
    }
  }
  return {
    limit: () => (size < capacity ? Number.POSITIVE_INFINITY : distances[0]),
    offer(id, distance) {
      if (size < capacity) {
        ids[size] = id
        distances[size] = distance
        siftUp(size++)
      } else if (distance < distances[0] || (distance === distances[0] && id < ids[0])) {
        ids[0] = id
        distances[0] = distance
        siftDown()
      }
    },
    toSorted: () =>
      Array.from({ length: size }, (_, index) => ({ activationId: ids[index], distance: distances[index] })).sort(
        (a, b) => a.distance - b.distance || a.activationId - b.activationId,
      ),
  }
}
