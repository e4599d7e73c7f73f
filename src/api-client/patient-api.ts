import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, SendToApi } from './api.js'
import { NoAnswerError } from './no-answer-error.js'

export interface PatienceOptions {
  /** How long a request is sent again, at most. */
  readonly seconds: number
  /**
   * Whether a request may be sent again after its answer was lost, because doing it twice changes nothing more.
   * @defaultValue true
   */
  readonly isRepeatable?: boolean
  /** Called before each wait that a person would notice. */
  readonly onWait?: (reason: string, seconds: number) => void
}

const LONGEST_PAUSE_SECONDS = 30
const NOTICED_SECONDS = 2
const WAITING_CODES: ReadonlySet<string> = new Set(['RATE_LIMITED', 'SERVICE_UNAVAILABLE'])

/**
 * Sends requests again while the service is busy or away. If the service never gave an answer, the address is probably
 * wrong, so the first failure to reach it is thrown.
 */
export function openPatientApi(send: SendToApi, { seconds, isRepeatable = true, onWait }: PatienceOptions): SendToApi {
  let wasReached = false
  return async (request, signal) => {
    const end = performance.now() + seconds * 1000
    for (let attempt = 0; ; attempt++) {
      let failure: NoAnswerError | Answer
      try {
        const answer = await send(request, signal)
        wasReached = true
        if (!mustWait(answer, isRepeatable)) return answer
        failure = answer
      } catch (error) {
        const isLost = error instanceof NoAnswerError && wasReached && (isRepeatable || error.isUnsent)
        if (!isLost) throw error
        failure = error
      }
      const pause = choosePause(failure, attempt)
      if (performance.now() + pause * 1000 > end) {
        if (failure instanceof Error) throw failure
        return failure
      }
      if (pause >= NOTICED_SECONDS) onWait?.(describe(failure), pause)
      await sleep(pause * 1000, undefined, { signal })
    }
  }
}

/** A mutation that ran must not run again only because another one of the same operation must wait. */
function mustWait({ data, errors = [] }: Answer, isRepeatable: boolean): boolean {
  const isDone = Object.values(data ?? {}).some((value) => value !== null)
  return errors.some(({ extensions }) => WAITING_CODES.has(extensions?.code ?? '')) && (isRepeatable || !isDone)
}

/** Clients that were refused together must not come back together. */
function choosePause(failure: NoAnswerError | Answer, attempt: number): number {
  const told = failure instanceof Error ? [] : (failure.errors ?? []).map((each) => each.extensions?.retryAfterSeconds)
  const wait = Math.max(0, ...told.filter((each) => each !== undefined))
  return Math.max(wait, Math.min(LONGEST_PAUSE_SECONDS, 0.25 * 2 ** attempt)) * (1 + Math.random() / 4)
}

function describe(failure: NoAnswerError | Answer): string {
  return failure instanceof Error ? failure.message : (failure.errors?.[0]?.message ?? 'the service is busy')
}
