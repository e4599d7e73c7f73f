import { randomUUID } from 'node:crypto'
import type { SearchStatus } from './documents.js'
import { type EvaluationFiles, type Suggestion, writeEvaluationFiles } from './evaluation-files.js'
import { type Report, readReport, toFailure } from './read-report.js'
import { readTail, startProgram } from './run-program.js'
import type { WorkerSlot } from './worker-slot.js'

export interface EvaluationContext {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** Where the files of the evaluations are. */
  readonly folder: string
  readonly leaseSeconds: number
  /** A program that takes longer is ended and has failed. */
  readonly timeoutSeconds: number | undefined
  /** Ends the program. */
  readonly signal: AbortSignal
}

const TAIL_BYTES = 64 * 1024
const SHOWN_STDERR = 1000
/** The longest time that a timer of Node.js can wait. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Runs the program for a function and returns its result, which the slot holds from then on; null if `signal` ended it.
 * A program that fails, or says nothing of use, is a report too: of a failure.
 */
export async function evaluate(
  context: EvaluationContext & { readonly search: SearchStatus },
  slot: WorkerSlot,
  suggestion: Suggestion,
): Promise<Report | null> {
  const { command, folder, search, signal, timeoutSeconds } = context
  const { id: suggestionId, expression } = suggestion
  const about = { dataset: search.dataset.name, searchId: search.id }
  const files = writeEvaluationFiles(folder, about, slot, suggestion)
  const held = { suggestionId, expression, process: null }
  slot.hold(held)
  const program = startProgram({ command, ...files })
  slot.hold({ ...held, process: program.identity })
  const end = () => program.end()
  signal.addEventListener('abort', end, { once: true })
  let isLate = false
  const timer = setTimeout(
    () => {
      isLate = true
      program.end()
    },
    Math.min(LONGEST_TIMER, (timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000),
  )
  if (timeoutSeconds === undefined) clearTimeout(timer)
  if (signal.aborted) program.end()
  try {
    const ended = await program.ended
    if (signal.aborted) return null
    const result = isLate ? toFailure(`the program took longer than ${timeoutSeconds} s`) : readOutcome(ended, files)
    const report = { ...result, idempotencyKey: randomUUID() }
    slot.hold({ ...held, report })
    return report
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function readOutcome(ended: number | NodeJS.Signals, { readResult, stdoutFile, stderrFile }: EvaluationFiles): Report {
  if (ended === 0) return readReport(readResult() ?? readLastLine(stdoutFile))
  const how = typeof ended === 'number' ? `ended with status ${ended}` : `was ended by ${ended}`
  const stderr = readTail(stderrFile, TAIL_BYTES).trim().slice(-SHOWN_STDERR)
  return toFailure(`the program ${how}${stderr === '' ? '' : `\n${stderr}`}`)
}

function readLastLine(file: string): string {
  return readTail(file, TAIL_BYTES).trimEnd().split('\n').at(-1)?.trim() ?? ''
}
