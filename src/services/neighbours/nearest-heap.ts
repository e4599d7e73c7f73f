/** The few nearest of many, in a max-heap of fixed size: what is offered beyond costs one comparison. */
export interface NearestHeap {
  /** Distances from here on are of no use: the farthest that is kept, or Infinity while there is room. */
  limit(): number
  offer(id: number, distance: number): void
  /** Nearest first; equal distances by id. */
  toSorted(): { readonly activationId: number; readonly distance: number }[]
}

/** An empty heap of `capacity` places. */
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
    for (let place = start; place > 0; ) {
      const parent = (place - 1) >> 1
      if (!isFarther(place, parent)) return
      swap(place, parent)
      place = parent
    }
  }
  const siftDown = () => {
    for (let place = 0; ; ) {
      let farthest = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < size && isFarther(child, farthest)) farthest = child
      if (farthest === place) return
      swap(place, farthest)
      place = farthest
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
      Array.from({ length: size }, (_, place) => ({ activationId: ids[place], distance: distances[place] })).sort(
        (a, b) => a.distance - b.distance || a.activationId - b.activationId,
      ),
  }
}
