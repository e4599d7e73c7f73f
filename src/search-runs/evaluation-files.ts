import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { METRIC_PROPERTIES } from '../metrics.js'
import type { WorkerSlot } from './worker-slot.js'

/** A function to evaluate, leased to a worker. */
export interface Suggestion {
  readonly id: string
  readonly expression: string
  /** How far to train, if the search compares functions before the end of their trainings. */
  readonly epochs: number | null
  /** The predicted validation accuracy, if the search chose it by a prediction. */
  readonly predicted: number | null
  /** Source text by target, such as PYTORCH. */
  readonly code: Readonly<Record<string, string>>
}

/** The input of the program of an evaluation, and the places of its results. */
export interface EvaluationFiles {
  readonly environment: Readonly<Record<string, string>>
  /** JSON for standard input. */
  readonly input: string
  readonly stdoutFile: string
  readonly stderrFile: string
  /** The content of the result file; null if the program wrote none. */
  readResult(): string | null
}

const EXTENSIONS: Readonly<Record<string, string>> = { TENSORFLOW_JS: 'mjs', JULIA: 'jl', LATEX: 'tex' }

/** Writes the folder of an evaluation, below the folder of its search. */
export function writeEvaluationFiles(
  folder: string,
  { dataset, searchId }: { readonly dataset: string; readonly searchId: string },
  { name, index }: Pick<WorkerSlot, 'name' | 'index'>,
  { id, expression, epochs, predicted, code }: Suggestion,
): EvaluationFiles {
  const own = join(folder, 'evaluations', id.replace(/[^\w=-]/g, '_'))
  mkdirSync(own, { recursive: true })
  const codeFiles = Object.entries(code).map(([target, text]) => {
    const file = join(own, `activation_${target.toLowerCase()}.${EXTENSIONS[target] ?? 'py'}`)
    writeFileSync(file, text)
    return [target, file] as const
  })
  const resultFile = join(own, 'result.json')
  // Of an earlier try that was killed.
  rmSync(resultFile, { force: true })
  // A training that continues has the seed with which it began.
  const seed = toSeed(epochs === null ? id : `${searchId} ${expression}`)
  const described = {
    ...{ suggestionId: id, searchId, dataset, expression, epochs, predicted, seed, metrics: METRIC_PROPERTIES },
    ...{ worker: name, workerIndex: index, folder: own, resultFile, code: Object.fromEntries(codeFiles) },
  }
  const input = `${JSON.stringify(described)}\n`
  const inputFile = join(own, 'suggestion.json')
  writeFileSync(inputFile, input)
  return {
    environment: {
      ACTBENCH_SUGGESTION_ID: id,
      ACTBENCH_SUGGESTION_EXPRESSION: expression,
      ACTBENCH_SUGGESTION_DATASET: dataset,
      ACTBENCH_SUGGESTION_SEARCH: searchId,
      ACTBENCH_SUGGESTION_SEED: String(seed),
      ...(epochs !== null && { ACTBENCH_SUGGESTION_EPOCHS: String(epochs) }),
      ACTBENCH_SUGGESTION_METRICS: METRIC_PROPERTIES.join(','),
      ACTBENCH_SUGGESTION_WORKER: String(index),
      ACTBENCH_SUGGESTION_FOLDER: own,
      ACTBENCH_SUGGESTION_FILE: inputFile,
      ACTBENCH_SUGGESTION_RESULT: resultFile,
      ...(codeFiles[0] && { ACTBENCH_SUGGESTION_CODE: codeFiles[0][1] }),
      ...Object.fromEntries(codeFiles.map(([target, file]) => [`ACTBENCH_SUGGESTION_CODE_${target}`, file])),
    },
    input,
    stdoutFile: join(own, 'stdout.txt'),
    stderrFile: join(own, 'stderr.txt'),
    readResult: () => (existsSync(resultFile) ? readFileSync(resultFile, 'utf8').trim() || null : null),
  }
}

/** A seed for the training: the same for equal texts, which name a suggestion or a function of a search. */
function toSeed(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() >>> 1
}
