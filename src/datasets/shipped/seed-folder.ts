import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type ActBenchEntry, parseActBenchValue, toActBenchValue } from '../act-bench.js'
import { parseRunLine, type RunLine } from './run-line.js'
import { LITERATURE_FILE, parseSeedManifest, SEED_FILES, type SeedManifest } from './seed-manifest.js'
import { parseSeedSurrogate, type SeedSurrogate } from './seed-surrogate.js'
import type { Spectrum } from './spectrum-line.js'

/** The data in the files of a shipped dataset. */
export interface SeedData {
  readonly entries: readonly ActBenchEntry[]
  readonly runs: readonly RunLine[]
  /** Spectra of functions without an evaluation. The entries have the spectra of evaluated functions. */
  readonly spectra: readonly Spectrum[]
  /** Surrogates of these evaluations, at most one of each algorithm, so that predictions are available at once. */
  readonly surrogates: readonly SeedSurrogate[]
}

/** The folders of shipped datasets under `seed/`, with their manifests and the SHA-256 of the manifests. */
export function listSeedManifests(seedFolder: string): { folder: string; manifest: SeedManifest; checksum: string }[] {
  if (!existsSync(seedFolder)) return []
  return readdirSync(seedFolder)
    .map((name) => join(seedFolder, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')))
    .sort()
    .map((folder) => {
      const path = join(folder, 'manifest.json')
      const text = readFileSync(path, 'utf8')
      return { folder, manifest: parseSeedManifest(text, path), checksum: sha256(Buffer.from(text)) }
    })
}

/** The runs and spectra of functions of the literature that ship next to a dataset, and their SHA-256; null if none do. */
export function readLiteratureLines(folder: string): { lines: string[]; checksum: string } | null {
  const path = join(folder, LITERATURE_FILE)
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const lines = gunzipSync(bytes).toString().split('\n')
  return { lines: lines.filter((line) => line !== ''), checksum: sha256(bytes) }
}

/** Reads the files that a manifest names; throws an error of one line if a file is missing or was changed. */
export function readSeedData(folder: string, manifest: SeedManifest): SeedData {
  const read = (name: string) => (name in manifest.files ? gunzipSync(readChecked(folder, name, manifest)) : null)
  const entries = JSON.parse(read(SEED_FILES.evaluations)?.toString() ?? '{}') as Record<string, unknown>
  const runs = (read(SEED_FILES.runs)?.toString() ?? '').split('\n').filter((line) => line !== '')
  return {
    entries: Object.entries(entries).map(([expression, value]) => parseActBenchValue(expression, value)),
    runs: runs.map(parseRunLine),
    spectra: unpackSpectra(read(SEED_FILES.spectraFunctions), read(SEED_FILES.spectra), manifest),
    surrogates: Object.values(SURROGATE_FILES).flatMap((name) => {
      const bytes = read(name)
      return bytes ? [parseSeedSurrogate(bytes.toString())] : []
    }),
  }
}

/** The runs in the files that a manifest names. An import has checked each line. */
export function readRunLines(folder: string, manifest: SeedManifest): RunLine[] {
  if (!(SEED_FILES.runs in manifest.files)) return []
  const text = gunzipSync(readChecked(folder, SEED_FILES.runs, manifest)).toString()
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunLine]))
}

/** Writes the files, and the manifest with their sizes and checksums. Equal data give equal bytes. */
export function writeSeedFolder(folder: string, manifest: Omit<SeedManifest, 'files'>, data: SeedData): SeedManifest {
  const { entries, runs, spectra, surrogates } = data
  const contents: Record<string, Buffer> = {
    [SEED_FILES.evaluations]: Buffer.from(formatEntries(entries)),
    [SEED_FILES.runs]: Buffer.from(runs.map((run) => `${JSON.stringify(run)}\n`).join('')),
    [SEED_FILES.spectraFunctions]: Buffer.from(
      JSON.stringify(spectra.map(({ expression, reason }) => ({ expression, reason }))),
    ),
    [SEED_FILES.spectra]: packSpectra(spectra, manifest.fisherSpectrumLength ?? 0),
    ...formatSurrogates(surrogates),
  }
  mkdirSync(folder, { recursive: true })
  for (const name of Object.values(SEED_FILES)) rmSync(join(folder, name), { force: true })
  return writeManifest(folder, manifest, surrogates, writeFiles(folder, contents))
}

/** Replaces the surrogates of a shipped dataset. The other files stay as they are. */
export function writeSurrogates(
  folder: string,
  { files, ...manifest }: SeedManifest,
  surrogates: readonly SeedSurrogate[],
): SeedManifest {
  const written = writeFiles(folder, formatSurrogates(surrogates))
  return writeManifest(folder, manifest, surrogates, { ...files, ...written })
}

function formatSurrogates(surrogates: readonly SeedSurrogate[]): Record<string, Buffer> {
  return Object.fromEntries(
    surrogates.map((each) => [SURROGATE_FILES[each.algorithm], Buffer.from(JSON.stringify(each))]),
  )
}

function writeFiles(folder: string, contents: Readonly<Record<string, Buffer>>): SeedManifest['files'] {
  const files: SeedManifest['files'] = {}
  for (const [name, content] of Object.entries(contents)) {
    const bytes = gzipSync(content, { level: 9 })
    writeFileSync(join(folder, name), bytes)
    files[name] = { bytes: bytes.length, sha256: sha256(bytes) }
  }
  return files
}

function writeManifest(
  folder: string,
  { surrogateMethod: _, ...manifest }: Omit<SeedManifest, 'files'>,
  surrogates: readonly SeedSurrogate[],
  files: SeedManifest['files'],
): SeedManifest {
  const methods = surrogates.map(({ method }) => method)
  const complete = { ...manifest, ...(methods.length > 0 && { surrogateMethod: Math.min(...methods) }), files }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(complete, null, 2)}\n`)
  return complete
}

const SURROGATE_FILES = {
  UMAP_KNN: SEED_FILES.umapKnn,
  GAUSSIAN_PROCESS: SEED_FILES.gaussianProcess,
} as const

function readChecked(folder: string, name: string, manifest: SeedManifest): Buffer {
  const path = join(folder, name)
  if (!existsSync(path)) throw new Error(`${path}: the file is missing`)
  const bytes = readFileSync(path)
  if (sha256(bytes) !== manifest.files[name]?.sha256)
    throw new Error(`${path}: the file was changed; expected the SHA-256 of its manifest`)
  return bytes
}

/** One entry per line, so that people can read the file. */
function formatEntries(entries: readonly ActBenchEntry[]): string {
  const lines = entries.map((entry) => `${JSON.stringify(entry.expression)}: ${JSON.stringify(toActBenchValue(entry))}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

/** Little-endian float32, one row per function. A function without a spectrum has NaN. */
function packSpectra(spectra: readonly Spectrum[], length: number): Buffer {
  const numbers = new Float32Array(spectra.length * length).fill(Number.NaN)
  for (const [i, { values }] of spectra.entries()) if (values) numbers.set(values, i * length)
  const bytes = Buffer.from(numbers.buffer)
  return endianness() === 'BE' ? bytes.swap32() : bytes
}

function unpackSpectra(functions: Buffer | null, packed: Buffer | null, manifest: SeedManifest): Spectrum[] {
  if (!functions || !packed) return []
  const list = JSON.parse(functions.toString()) as { expression: string; reason: string | null }[]
  const length = manifest.fisherSpectrumLength ?? 0
  const bytes = endianness() === 'BE' ? packed.swap32() : packed
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  if (numbers.length !== list.length * length) {
    throw new Error(`${SEED_FILES.spectra}: expected ${list.length * length} numbers, got ${numbers.length}`)
  }
  return list.map(({ expression, reason }, i) => ({
    expression,
    reason,
    values: reason === null ? numbers.slice(i * length, (i + 1) * length) : null,
  }))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
