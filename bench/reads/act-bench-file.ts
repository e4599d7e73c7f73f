// Writes a file with the format and the size of a published Act-Bench file, but with made-up numbers. Equal arguments give
// equal bytes.
//   node build/bench/reads/act-bench-file.js FILE [rows] [values per spectrum] [share of 0.0 and 1.0] [seed]
// The defaults, 2913 13683 0.7 1, give about 375 MB. With a share of 0, every value has all its digits: 809 MB.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { EQUIVALENTS_KEY, METRIC_KEYS, SPECTRUM_KEY } from '../../src/datasets/act-bench.js'
import { computeActBenchClasses } from '../../src/datasets/act-bench-space.js'
import { createRandom } from '../../src/numeric/random.js'

export interface ActBenchFileOptions {
  readonly rows: number
  readonly spectrumLength: number
  /** Share of the values of a spectrum that are 0.0 or 1.0, from 0 to 1. */
  readonly plainShare: number
  readonly seed: number
}

/** Writes the file and returns its size in bytes. */
export async function writeActBenchFile(path: string, options: ActBenchFileOptions): Promise<number> {
  const random = createRandom('act-bench-file', options.seed).uniform
  const file = createWriteStream(path, { highWaterMark: 2 ** 20 })
  const classes = computeActBenchClasses()
  let separator = '{'
  for (let i = 0; i < options.rows; i++) {
    const { expressions } = classes[i % classes.length]
    // After the last class, other spellings of the first classes follow, as in published files.
    const key = expressions[Math.floor(i / classes.length) % expressions.length]
    const metrics = Object.keys(METRIC_KEYS).map((name) => `"${name}": ${toPython(random())}`)
    const row = [
      ...metrics,
      `"${EQUIVALENTS_KEY}": ${JSON.stringify(expressions)}`,
      `"${SPECTRUM_KEY}": [${makeSpectrum(random, options).map(toPython).join(', ')}]`,
    ]
    if (!file.write(`${separator}"${key}": {${row.join(', ')}}`)) await once(file, 'drain')
    separator = ', '
  }
  file.end('}')
  await once(file, 'finish')
  return file.bytesWritten
}

/** Makes a cumulative distribution: zeros, then rising values, then ones. */
function makeSpectrum(random: () => number, { spectrumLength, plainShare }: ActBenchFileOptions): number[] {
  const zeros = Math.floor(random() * plainShare * spectrumLength)
  const ones = Math.floor(plainShare * spectrumLength) - zeros
  const rise = spectrumLength - zeros - ones
  return Array.from({ length: spectrumLength }, (_, i) =>
    i < zeros ? 0 : i >= spectrumLength - ones ? 1 : (i - zeros + random()) / rise,
  )
}

function toPython(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path, rows = '2913', values = '13683', share = '0.7', seed = '1'] = process.argv.slice(2)
  if (!path) throw new Error('FILE: missing; expected the name of the file to write')
  const bytes = await writeActBenchFile(path, {
    ...{ rows: Number(rows), spectrumLength: Number(values), plainShare: Number(share), seed: Number(seed) },
  })
  console.log(`${path}: ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB`)
}
