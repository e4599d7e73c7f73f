/** The scale cividis, which looks alike to people with and without a colour vision deficiency. */
const CIVIDIS = [
  ...['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#7c7b78'],
  ...['#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'],
].map((text) => [1, 3, 5].map((start) => Number.parseInt(text.slice(start, start + 2), 16)))
/** The parts of the scale that are seen on a light and on a dark background. */
const LIGHT = [0, 0.86] as const
const DARK = [0.25, 1] as const
/** Most values lie close to each other and a few far below. */
const LOW_QUANTILE = 0.1
const HIGH_QUANTILE = 0.99

/** Values and the colours that stand for them. */
export interface ColourScale {
  readonly low: number
  readonly high: number
  /** How many values are below `low` or above `high`, so that they have the colour of that end. */
  readonly outside: number
  /** Red, green and blue of a value, from 0 to 255. High values stand out from the background. */
  colourOf(value: number): readonly number[]
}

/** A scale for values; null without any. */
export function chooseScale(values: readonly (number | null)[], isDark: boolean): ColourScale | null {
  const sorted = Float64Array.from(values.filter((value) => value !== null)).sort()
  if (sorted.length === 0) return null
  const low = sorted[Math.floor(LOW_QUANTILE * (sorted.length - 1))]
  const high = sorted[Math.ceil(HIGH_QUANTILE * (sorted.length - 1))]
  const outside = sorted.filter((value) => value < low || value > high).length
  return {
    ...{ low, high, outside },
    colourOf(value) {
      const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 1
      const [from, to] = isDark ? DARK : LIGHT
      const place = from + (to - from) * (isDark ? share : 1 - share)
      return SHADES[Math.round(place * (SHADES.length - 1))]
    },
  }
}

/** More than one tells apart; computed once, because a map has many points. */
const SHADES = Array.from({ length: 256 }, (_, index) => shade(index / 255))

function shade(share: number): readonly number[] {
  const place = share * (CIVIDIS.length - 1)
  const before = Math.min(CIVIDIS.length - 2, Math.floor(place))
  return CIVIDIS[before].map((part, index) => Math.round(part + (place - before) * (CIVIDIS[before + 1][index] - part)))
}
