import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type GaussianMoments, MOMENTS_VERSION } from '../../activations/gaussian-moments.js'

/** Moments by expression in canonical form. */
export type ShippedMoments = ReadonlyMap<string, GaussianMoments>

export const MOMENTS_FILE = 'moments.json.gz'

interface MomentsFile {
  readonly version: number
  readonly functions: Readonly<Record<string, readonly [mean: number | null, standardDeviation: number | null]>>
}

/** Reads the moments that ship with the product. Without the file, or with one of another version, there are none. */
export function readShippedMoments(seedFolder: string): ShippedMoments {
  const path = join(seedFolder, MOMENTS_FILE)
  if (!existsSync(path)) return new Map()
  const { version, functions } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as MomentsFile
  if (version !== MOMENTS_VERSION) return new Map()
  const entries = Object.entries(functions)
  return new Map(entries.map(([expression, [mean, standardDeviation]]) => [expression, { mean, standardDeviation }]))
}

/** Writes the file, one function a line, and returns its size in bytes. Equal moments give equal bytes. */
export function writeShippedMoments(seedFolder: string, moments: ShippedMoments): number {
  const lines = Array.from(moments, ([expression, { mean, standardDeviation }]) => {
    return `${JSON.stringify(expression)}:${JSON.stringify([mean, standardDeviation])}`
  })
  const bytes = gzipSync(`{"version":${MOMENTS_VERSION},"functions":{\n${lines.join(',\n')}\n}}\n`, { level: 9 })
  writeFileSync(join(seedFolder, MOMENTS_FILE), bytes)
  return bytes.length
}
