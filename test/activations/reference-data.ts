import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { PROJECT_ROOT } from '../../src/root.js'

/** A gzipped JSON file of `test/data/activations/`. */
export function readReference<Content>(name: string): Content {
  return JSON.parse(gunzipSync(readFileSync(join(PROJECT_ROOT, 'test/data/activations', name))).toString('utf8'))
}

/** A JSON file of `test/data/activations/`. */
export function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/data/activations', name), 'utf8'))
}

/** A number of the reference files, where NaN and infinities are strings. */
export function toNumber(value: number | string): number {
  return Number(value)
}
