/** The natural logarithm of the gamma function of a positive number, to about 14 digits, by Stirling's series above 10 and recurrence below. */
export function logGamma(x: number): number {
  let [shift, z] = [0, x]
  for (; z < 10; z++) shift += Math.log(z)
  const square = 1 / (z * z)
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / z
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series - shift
}

const HALF_LOG_TWO_PI = 0.9189385332046728
