// How values travel: docs/typescript.md describes it.

/** The values of the scalars of the API in TypeScript. */
export interface Scalars {
  ID: string
  String: string
  Boolean: boolean
  Int: number
  /** Never NaN or infinite: such a metric is null. */
  Float: number
  /** A time in ISO 8601, such as `2026-03-01T12:00:00.000Z`. */
  DateTime: string
  JSONObject: Record<string, unknown>
}

/** The time of a DateTime. */
export function toDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime()))
    throw new RangeError(`date: expected a time in ISO 8601, got ${JSON.stringify(text)}`)
  return date
}

/** The numbers of `FeatureVector.base64`: little-endian float32. They may be infinite or NaN, unlike `values`. */
export function toFloat32Array(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true))
}

/**
 * Variables as JSON. Typed arrays become lists and dates texts. JSON has no NaN and no infinity and would write null, which the
 * service takes for a missing value, so these are refused.
 */
export function toJson(variables: unknown): string {
  return JSON.stringify(variables, function (this: unknown, name: string, value: unknown) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new RangeError(`${name}: expected a finite number, got ${value}; leave it out if it was not measured`)
    }
    if (typeof value === 'bigint') return toSafeNumber(name, value)
    return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value
  })
}

function toSafeNumber(name: string, value: bigint): number {
  if (BigInt.asIntN(53, value) === value) return Number(value)
  throw new RangeError(`${name}: expected an integer below 2^53, which JSON keeps exactly, got ${value}`)
}
