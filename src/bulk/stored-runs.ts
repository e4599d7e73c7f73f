import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseRunLine, type RunLine } from '../datasets/shipped/run-line.js'
import { LITERATURE_FILE, SEED_FILES } from '../datasets/shipped/seed-manifest.js'
import { isSpectrumLine } from '../datasets/shipped/spectrum-line.js'
import { createRandom } from '../numeric/random.js'

/** The runs that ship with a dataset; none if it does not ship. */
export function readShippedRuns(seedFolder: string, dataset: string): RunLine[] {
  const files = [SEED_FILES.runs, LITERATURE_FILE].map((name) => join(seedFolder, dataset, name))
  return files.filter((file) => existsSync(file)).flatMap((file) => readRunFile(file, dataset))
}

/**
 * The runs in a file of `actbench train --output` or `actbench export --format runs.jsonl`, also compressed by gzip. Spectra,
 * an incomplete last line, and runs that a client reported are skipped. Throws an error that names the file and the line.
 */
export function readRunFile(file: string, dataset: string): RunLine[] {
  if (!existsSync(file)) throw new Error(`${file}: expected a file of runs, got nothing`)
  const bytes = readFileSync(file)
  return readRunText((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString(), file, dataset)
}

/** The same of a text; `source` names it in errors. */
export function readRunText(text: string, source: string, dataset: string): RunLine[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.flatMap((line, i) => {
    if (line === '') return []
    try {
      return isSpectrumLine(line) ? [] : readLine(line, dataset)
    } catch (error) {
      throw new Error(`${source}, line ${i + 1}: expected a run, got an error: ${(error as Error).message}`)
    }
  })
}

/** Exports name neither the dataset nor the epochs, and have null instead of learnt parameters and the reason of an early end. */
function readLine(line: string, dataset: string): RunLine[] {
  const { learnedParameters, endReason, ...fields } = JSON.parse(line)
  const optional = { ...(learnedParameters && { learnedParameters }), ...(endReason && { endReason }) }
  const run = parseRunLine(JSON.stringify({ dataset, epochs: [], ...fields, ...optional }))
  if (run.dataset !== dataset) throw new Error(`the run belongs to ${run.dataset}, expected ${dataset}`)
  return run.backend === null ? [] : [run]
}

/** Draws one run of each of so many functions. The draw depends on the runs and the seed, and not on their order. */
export function drawRuns(runs: readonly RunLine[], count: number, seed: number): RunLine[] {
  const keyOf = (run: RunLine) => `${run.expression} ${run.seed}`
  const sorted = [...runs].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const drawn = new Map<string, RunLine>()
  for (const index of createRandom(seed, 'runs to verify').permutation(sorted.length)) {
    const run = sorted[index]
    if (drawn.size < count && !drawn.has(run.expression)) drawn.set(run.expression, run)
  }
  return [...drawn.values()]
}
