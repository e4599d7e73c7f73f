/** Linear between the points, constant outside. */
export function interpolate(places: readonly number[], values: readonly number[], place: number): number {
  let [low, high] = [0, places.length - 1]
  if (place <= places[low]) return values[low]
  if (place >= places[high]) return values[high]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (places[middle] <= place) low = middle
    else high = middle
  }
  const share = (place - places[low]) / (places[high] - places[low])
  return values[low] + share * (values[high] - values[low])
}
