import { cos, sin, sinc, sincSlope } from '../functions/trigonometric.js'
import type { Interval } from './interval.js'
import { ERROR } from './monotone-pieces.js'

const PERIOD = 2 * Math.PI
/** The least value of sinc, and its steepest slope. */
const LEAST_SINC = -0.21723362821122166
const STEEPEST_SINC = 0.43618
/** No second derivative of sinc is larger. */
const SINC_CURVATURE = 1 / 3

/** The ranges of sin, cos and sinc. */
export const PERIODIC_RANGES = {
  sin: { value: waveRange(sin, 0.25), slope: waveRange(cos, 0), kinks: [], jumps: false },
  cos: { value: waveRange(cos, 0), slope: waveRange((a) => -sin(a), 0.75), kinks: [], jumps: false },
  sinc: {
    value: around(sinc, STEEPEST_SINC, LEAST_SINC, 1, (far) => 1 / far),
    slope: around(sincSlope, SINC_CURVATURE, -STEEPEST_SINC, STEEPEST_SINC, (far) => (1 + 1 / far) / far),
    kinks: [],
    jumps: false,
  },
}

/** A wave that is 1 at `peak` periods, and at each whole period from there. */
function waveRange(wave: (a: number) => number, peak: number): (a: Interval) => Interval {
  return ({ lo, hi }) => {
    if (!(hi - lo < PERIOD)) return { lo: -1, hi: 1 }
    const margin = 1e-15 * (1 + Math.max(Math.abs(lo), Math.abs(hi)))
    const reaches = (phase: number) => {
      const next = Math.ceil((lo - margin) / PERIOD - phase)
      return (next + phase) * PERIOD <= hi + margin
    }
    const a = wave(lo)
    const b = wave(hi)
    // An exact zero is kept: sin(0) is 0.
    const least = reaches(peak + 0.5) ? -1 : Math.min(a, b)
    const greatest = reaches(peak) ? 1 : Math.max(a, b)
    return {
      lo: Math.max(-1, least - Math.abs(least) * ERROR),
      hi: Math.min(1, greatest + Math.abs(greatest) * ERROR),
    }
  }
}

/** A range from the middle of the interval and a bound of the derivative, cut to bounds that hold everywhere and far out. */
function around(
  compute: (a: number) => number,
  steepest: number,
  least: number,
  greatest: number,
  boundAt: (far: number) => number,
): (a: Interval) => Interval {
  return ({ lo, hi }) => {
    const nearest = lo > 0 ? lo : hi < 0 ? -hi : 0
    const bound = nearest > 0 ? boundAt(nearest) : Number.POSITIVE_INFINITY
    let from = Math.max(least, -bound)
    let to = Math.min(greatest, bound)
    if (Number.isFinite(hi - lo)) {
      const middle = compute(lo + (hi - lo) / 2)
      const reach = steepest * ((hi - lo) / 2) * (1 + ERROR) + ERROR * (1 + Math.abs(middle))
      from = Math.max(from, middle - reach)
      to = Math.min(to, middle + reach)
    }
    return { lo: from, hi: to }
  }
}
