import { computeIdentity } from '../activations/identity.js'
import { parseExpression } from '../activations/parse-expression.js'
import type { ShowLine } from '../progress/terminal-line.js'
import { createWorkProgress } from '../progress/work-progress.js'
import { openLineFile } from './append-lines.js'
import type { BulkItem } from './bulk-item.js'
import { runItems } from './run-items.js'

export interface BulkToFileOptions {
  readonly dataset: string
  /** The version of the dataset that the processes train. */
  readonly version: string
  readonly items: readonly BulkItem[]
  readonly output: string
  readonly processes: number
  readonly backend: string
  readonly signal?: AbortSignal
  readonly show: ShowLine
}

/**
 * Does every item and appends its line to the output file. Items that the file already has, in any spelling, are skipped, so
 * repeating an interrupted command continues it. Returns the number of failures; each is shown, and the next command tries
 * it again. Throws if the file belongs to another dataset or version.
 */
export async function bulkToFile(options: BulkToFileOptions): Promise<number> {
  const { items, output } = options
  const file = openLineFile(output)
  try {
    const done = readDone(file.lines, options)
    const missing = items.filter((item) => !done.has(keyOf(item)))
    const progress = createWorkProgress(items.length, items.length - missing.length, options.show)
    await runItems(missing, {
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

/** The fields that every line has. A spectrum has no seed. */
interface DoneLine {
  readonly dataset: string
  readonly version: string
  readonly expression: string
  readonly seed?: number
}

function readDone(
  lines: readonly string[],
  { dataset, version, output }: Pick<BulkToFileOptions, 'dataset' | 'version' | 'output'>,
): Set<string> {
  return new Set(
    lines.map((text) => {
      const line = JSON.parse(text) as DoneLine
      if (line.dataset !== dataset || line.version !== version) {
        throw new Error(
          `${output} belongs to ${line.dataset} version ${line.version}; this would add ${dataset} version ${version}: use another file`,
        )
      }
      return keyOf(line)
    }),
  )
}

function keyOf(work: { readonly expression: string; readonly seed?: number }): string {
  return `${computeIdentity(parseExpression(work.expression)).id}:${work.seed ?? 'spectrum'}`
}
