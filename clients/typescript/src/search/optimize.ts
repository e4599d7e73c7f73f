import type { Client } from '../client.js'
import { isActbenchError } from '../errors.js'
import {
  NextSuggestionDocument,
  RenewLeaseDocument,
  ReportSuggestionDocument,
  SearchStateDocument,
} from '../generated/documents.js'
import { makeId } from '../prepare-mutation.js'
import { linkController, pause } from '../signals.js'
import { type Outcome, type Report, toFailure, toRefusedReport, toReport } from './report.js'
import type { SearchStatus } from './search.js'
import { createSuggestion, type Suggestion } from './suggestion.js'

/** Evaluates a function. */
export type Objective = (suggestion: Suggestion) => Outcome | Promise<Outcome>

export interface OptimizeOptions {
  /** How many suggestions to evaluate at the same time. @defaultValue 1 */
  readonly workers?: number
  /**
   * A name for this program. If it is killed and started again with the same name, it first gets the functions that it had. Two
   * running programs must not have the same name. @defaultValue a new name
   */
  readonly worker?: string
  /**
   * After a kill, other workers get a function after this time. Leases of running evaluations are renewed three times as often,
   * which needs a free event loop. @defaultValue 120
   */
  readonly leaseSeconds?: number
  /** How often to ask while the search has no function to evaluate. @defaultValue 1 */
  readonly pollSeconds?: number
  /** How long a lost connection is tried again, so that no result is lost. @defaultValue 3600 */
  readonly patienceSeconds?: number
  /** Stops all workers. Evaluations in progress are not reported. */
  readonly signal?: AbortSignal
  onProgress?(status: SearchStatus): void
}

/** The last known state of the search. */
export interface StatusNote {
  status(): SearchStatus
  note(status: Partial<SearchStatus>): void
}

const LONGEST_PAUSE_SECONDS = 10

export async function optimize(
  client: Client,
  state: StatusNote,
  objective: Objective | null,
  options: OptimizeOptions,
): Promise<void> {
  const { workers = 1, worker = `client-${makeId().slice(0, 12)}`, patienceSeconds = 3600 } = options
  const { leaseSeconds = 120, pollSeconds = 1, signal } = options
  if (objective === null && !state.status().replay)
    throw new TypeError('optimize: expected an objective; only a replay needs none')
  if (!Number.isInteger(workers) || workers < 1)
    throw new RangeError(`workers: expected a whole number from 1, got ${workers}`)
  const searchId = state.status().id
  const { controller, unlink } = linkController(signal)
  const stop = controller.signal
  const patience = { patienceSeconds, signal: stop }
  const held = new Map<string, number>()

  const note = (status: Partial<SearchStatus> & Pick<SearchStatus, 'completed' | 'failed' | 'state'>) => {
    // Answers of several workers may overtake each other, but the numbers only grow.
    const { completed, failed } = state.status()
    if (status.completed + status.failed >= completed + failed || status.state !== 'ACTIVE') state.note(status)
  }

  const ask = async (name: string): Promise<Suggestion | null> => {
    try {
      // If the answer is lost, the same worker gets the same suggestion again.
      const input = { searchId, worker: name, leaseSeconds }
      const { suggest } = await client.query(NextSuggestionDocument, { input }, patience)
      if (suggest === null) return null
      note(suggest.search)
      const [found] = suggest.suggestions
      if (found === undefined) return null
      held.set(found.id, performance.now())
      const { id, expression, epochs, predicted } = found
      return createSuggestion(client, {
        id,
        expression,
        epochs,
        predicted: predicted?.mean ?? null,
        worker: name,
        signal: stop,
      })
    } catch (error) {
      // The search ended between two requests.
      if (!isActbenchError(error, 'CONFLICT')) throw error
      const { search } = await client.query(SearchStateDocument, { id: searchId }, patience)
      if (search === null || search.state === 'ACTIVE') throw error
      note(search)
      return null
    }
  }

  const send = async (suggestionId: string, report: Report) => {
    const { reportEvaluation } = await client.query(
      ReportSuggestionDocument,
      { input: { ...report, suggestionId } },
      patience,
    )
    if (reportEvaluation !== null) note(reportEvaluation.search)
  }

  const report = async (suggestionId: string, result: Report) => {
    try {
      await send(suggestionId, result)
    } catch (error) {
      // The lease ran out and another worker has the function, or the search was stopped. Its result counts, not this.
      if (isActbenchError(error, 'CONFLICT')) return
      if (!isActbenchError(error, 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST')) throw error
      // A metric out of its range, such as an accuracy in percent, is a mistake of the objective.
      await send(suggestionId, toRefusedReport(error.message))
    }
  }

  const evaluate = async (suggestion: Suggestion) => {
    try {
      const result = objective === null ? {} : await run(objective, suggestion)
      // An objective that was stopped has not failed.
      stop.throwIfAborted()
      await report(suggestion.id, result)
    } finally {
      held.delete(suggestion.id)
    }
  }

  const work = async (name: string) => {
    for (let seconds = pollSeconds; !stop.aborted; ) {
      const suggestion = await ask(name)
      if (suggestion !== null) {
        seconds = pollSeconds
        await evaluate(suggestion)
      }
      if (state.status().state !== 'ACTIVE') return
      if (suggestion !== null) continue
      await pause(1000 * seconds * (1 + Math.random() / 4), stop)
      seconds = Math.min(LONGEST_PAUSE_SECONDS, seconds * 1.5)
    }
    stop.throwIfAborted()
  }

  const renew = async () => {
    const due = [...held].filter(([, since]) => performance.now() - since >= (1000 * leaseSeconds) / 3)
    const renewals = due.map(async ([suggestionId]) => {
      held.set(suggestionId, performance.now())
      const limits = { patienceSeconds: leaseSeconds / 3, signal: stop }
      await client.query(RenewLeaseDocument, { suggestionId, leaseSeconds }, limits)
    })
    // The report says later whether a lease was lost.
    await Promise.allSettled(renewals)
  }

  const timer = setInterval(() => void renew(), Math.min(1000, (1000 * leaseSeconds) / 3))
  try {
    const names = Array.from({ length: workers }, (_, index) => (workers === 1 ? worker : `${worker}-${index}`))
    const running = names.map((name) => work(name).catch((error) => fail(controller, error)))
    await Promise.all(running)
    if (controller.signal.aborted) throw controller.signal.reason
  } finally {
    clearInterval(timer)
    unlink()
  }
}

/** One worker that cannot continue stops all. */
function fail(controller: AbortController, error: unknown): void {
  if (!controller.signal.aborted) controller.abort(error)
}

async function run(objective: Objective, suggestion: Suggestion): Promise<Report> {
  try {
    return toReport(await objective(suggestion))
  } catch (error) {
    return toFailure(error)
  }
}
