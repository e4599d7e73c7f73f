import { computeIdentity } from '../activations/identity.js'
import { parseExpression } from '../activations/parse-expression.js'
import { parseRunLine } from '../datasets/run-line.js'
import { getTrainableDataset } from '../networks/train-network.js'
import { openLineFile } from './append-lines.js'
import type { BulkItem } from './bulk-item.js'
import { createProgress } from './progress.js'
import { runItems } from './run-items.js'

export interface TrainToFileOptions {
  readonly dataset: string
  readonly expressions: readonly string[]
  readonly seeds: readonly number[]
  readonly output: string
  readonly processes: number
  readonly backend: string
  readonly signal?: AbortSignal
  /** Shows the state of the work; the last call has `isLast`. */
  show(line: string, isLast: boolean): void
}

/**
 * Trains every expression with every seed and appends a line for each to the output file. What the file has already, in
 * any spelling, is not trained again, so an interrupted command is simply repeated. Returns how many failed; each
 * failure is shown and tried again by the next command. Throws where the file belongs to another dataset or version.
 */
export async function trainToFile(options: TrainToFileOptions): Promise<number> {
  const { dataset, expressions, seeds, output } = options
  const file = openLineFile(output)
  try {
    const done = readDone(file.lines, dataset, output)
    const all = seeds.flatMap((seed) => expressions.map((expression) => ({ expression, seed })))
    const items = all
      .filter(({ expression, seed }) => !done.has(keyOf(expression, seed)))
      .map((item): BulkItem => ({ kind: 'TRAIN', dataset, ...item }))
    const progress = createProgress(all.length, all.length - items.length, options.show)
    await runItems(items, {
      ...options,
      onAnswer(item, answer) {
        if ('line' in answer) file.append(answer.line)
        progress.note(item.expression, answer)
      },
    })
    return progress.finish()
  } finally {
    file.close()
  }
}

function readDone(lines: readonly string[], dataset: string, output: string): Set<string> {
  const { version } = getTrainableDataset(dataset)
  return new Set(
    lines.map((line) => {
      const run = parseRunLine(line)
      if (run.dataset !== dataset || run.version !== version) {
        throw new Error(
          `${output} holds runs of ${run.dataset} version ${run.version}; this would add ${dataset} version ${version}: use another file`,
        )
      }
      return keyOf(run.expression, run.seed)
    }),
  )
}

function keyOf(expression: string, seed: number): string {
  return `${computeIdentity(parseExpression(expression)).id}:${seed}`
}
