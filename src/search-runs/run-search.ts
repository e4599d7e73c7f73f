import { setTimeout as sleep } from 'node:timers/promises'
import { type SendToApi, toFound } from '../api-client/api.js'
import { hasCode } from '../api-client/api-error.js'
import { REPORT, SEARCH, type SearchStatus, writeSuggest } from './documents.js'
import { type EvaluationContext, evaluate } from './evaluate.js'
import type { Suggestion } from './evaluation-files.js'
import { giveBack, keepLease, renewLease } from './leases.js'
import { type Report, toFailure } from './read-report.js'
import { endOrphan } from './run-program.js'
import type { HeldEvaluation, WorkerSlot } from './worker-slot.js'

export interface SearchRun extends EvaluationContext {
  readonly send: SendToApi
  readonly search: SearchStatus
  readonly slots: readonly WorkerSlot[]
  /** How many of the slots evaluate. The others only report results that an earlier command left. */
  readonly workers: number
  /** Targets of the code files, such as PYTORCH. */
  readonly targets: readonly string[]
  readonly normalizedFor: string | undefined
  /** After this number of failures in a row, the program is probably wrong. */
  readonly mostFailures: number
  /** Called after each evaluation. */
  onReport(expression: string, report: Report, search: SearchStatus): void
  /** Called if there is nothing to evaluate for some time. */
  onWait(reason: string): void
  /** Called if the lease of a function went to another worker, or could not be given back. */
  onLost(expression: string, reason: string): void
}

const POLL_SECONDS = 1
const LONGEST_POLL_SECONDS = 10

/**
 * Runs the program for each suggestion until the search has ended, and returns its last state. If `signal` stops it, programs
 * are ended and their suggestions given back. Whatever a killed command left is reported, or evaluated again.
 */
export async function runSearch(run: SearchRun): Promise<SearchStatus> {
  const stop = new AbortController()
  const state: LoopState = { search: run.search, failuresInARow: 0, signal: AbortSignal.any([run.signal, stop.signal]) }
  const works = run.slots.map(async (slot, place) => {
    try {
      const isWorking = place < run.workers
      await resume(run, state, slot, isWorking)
      if (isWorking) await work(run, state, slot)
    } catch (error) {
      stop.abort(error)
      throw error
    }
  })
  const results = await Promise.allSettled(works)
  for (const slot of run.slots) slot.release()
  const failed = results.filter((each) => each.status === 'rejected')
  // A worker that was stopped by the failure of another one fails too, and later.
  const first = stop.signal.aborted ? stop.signal.reason : failed[0]?.reason
  if (first !== undefined && !run.signal.aborted) throw first
  return state.search
}

interface LoopState {
  search: SearchStatus
  failuresInARow: number
  readonly signal: AbortSignal
}

/** Takes up the evaluation of a killed command: ends its program, and reports its result or keeps its lease. */
async function resume(run: SearchRun, state: LoopState, slot: WorkerSlot, isWorking: boolean): Promise<void> {
  const held = slot.readHeld()
  if (!held) return
  endOrphan(held.process)
  if (held.report) await report(run, state, held, held.report)
  // The service then suggests it to this worker again.
  else if (isWorking) await renewLease(run.send, held.suggestionId, run.leaseSeconds, state.signal)
  else await giveBack(run.send, held.suggestionId)
  slot.clear()
}

async function work(run: SearchRun, state: LoopState, slot: WorkerSlot): Promise<void> {
  let pause = POLL_SECONDS
  while (!state.signal.aborted && state.search.state === 'ACTIVE') {
    const suggestion = await suggest(run, state, slot)
    if (suggestion) {
      pause = POLL_SECONDS
      await evaluateOne(run, state, slot, suggestion)
    } else if (state.search.state === 'ACTIVE') {
      if (pause === POLL_SECONDS)
        run.onWait(state.search.waitingFor ?? 'other workers have all functions that are left')
      await sleep(pause * 1000 * (1 + Math.random() / 4), undefined, { signal: state.signal }).catch(() => {})
      pause = Math.min(LONGEST_POLL_SECONDS, pause * 1.5)
    }
  }
}

/** The next function; null if the search has none now. If the answer is lost, the same worker gets the same one again. */
async function suggest(run: SearchRun, state: LoopState, { name }: WorkerSlot): Promise<Suggestion | null> {
  const input = { searchId: state.search.id, worker: name, leaseSeconds: run.leaseSeconds }
  const variables = { input, ...(run.targets.length > 0 && { normalizedFor: run.normalizedFor }) }
  try {
    const { data } = toFound(await run.send({ query: writeSuggest(run.targets), variables }, state.signal))
    const { suggestions, search } = data.suggest as Suggested
    note(state, search)
    const [found] = suggestions
    if (!found) return null
    const { id: _, ...code } = found.activation
    const { expression, epochs, predicted } = found
    return { id: found.id, expression, epochs, predicted: predicted?.mean ?? null, code }
  } catch (error) {
    // The search may have ended between two requests.
    if (!hasCode(error, 'CONFLICT')) throw error
    const { data } = toFound(await run.send({ query: SEARCH, variables: { id: state.search.id } }, state.signal))
    note(state, data.search as SearchStatus)
    if (state.search.state === 'ACTIVE') throw error
    return null
  }
}

interface Suggested {
  readonly search: SearchStatus
  readonly suggestions: readonly {
    readonly id: string
    readonly expression: string
    readonly epochs: number | null
    readonly predicted: { readonly mean: number } | null
    readonly activation: Readonly<Record<string, string>>
  }[]
}

async function evaluateOne(run: SearchRun, state: LoopState, slot: WorkerSlot, suggestion: Suggestion): Promise<void> {
  const { id, expression } = suggestion
  if (state.signal.aborted) return giveUp(run, slot, suggestion)
  const lost = new AbortController()
  const keeping = keepLease(run.send, id, run.leaseSeconds, () => lost.abort())
  try {
    const signal = AbortSignal.any([state.signal, lost.signal])
    const result = await evaluate({ ...run, signal, search: state.search }, slot, suggestion)
    if (result !== null) {
      const held = slot.readHeld() as HeldEvaluation
      await report(run, state, held, held.report as Report)
      slot.clear()
    } else if (lost.signal.aborted) {
      run.onLost(expression, 'its lease went to another worker, or its search was stopped')
      slot.clear()
    } else await giveUp(run, slot, suggestion)
  } finally {
    keeping.stop()
  }
  if (state.failuresInARow >= run.mostFailures) {
    throw new Error(
      `command: it failed ${run.mostFailures} times in a row; expected a result sometimes. The files of each try are in ${run.folder}/evaluations; --most-failures allows more`,
    )
  }
}

async function giveUp({ send, onLost }: SearchRun, slot: WorkerSlot, { id, expression }: Suggestion): Promise<void> {
  try {
    await giveBack(send, id)
    slot.clear()
  } catch (error) {
    onLost(expression, `it could not be given back, and is free after its lease: ${(error as Error).message}`)
  }
}

async function report(run: SearchRun, state: LoopState, held: HeldEvaluation, result: Report): Promise<void> {
  const { suggestionId, expression } = held
  try {
    await send(result)
  } catch (error) {
    if (hasCode(error, 'CONFLICT') || hasCode(error, 'NOT_FOUND')) {
      return run.onLost(expression, (error as Error).message)
    }
    if (!hasCode(error, 'BAD_USER_INPUT') || 'failure' in result) throw error
    // A metric out of its range, such as an accuracy in percent, is a mistake of the program.
    const failure = toFailure(`the service refused the metrics: ${(error as Error).message}`)
    await send({ ...failure, idempotencyKey: `${result.idempotencyKey}-refused` })
  }

  async function send(input: Report): Promise<void> {
    const request = { query: REPORT, variables: { input: { suggestionId, ...input } } }
    // If a signal ends the wait for a service that is away, the next command reports it.
    const { data } = toFound(await run.send(request, state.signal))
    note(state, (data.reportEvaluation as { search: SearchStatus }).search)
    state.failuresInARow = 'failure' in input ? state.failuresInARow + 1 : 0
    run.onReport(expression, input, state.search)
  }
}

/** Answers of several workers may overtake each other, but the numbers only grow. */
function note(state: LoopState, search: SearchStatus): void {
  const isLater = search.completed + search.failed >= state.search.completed + state.search.failed
  if (isLater || search.state !== 'ACTIVE') state.search = search
}
