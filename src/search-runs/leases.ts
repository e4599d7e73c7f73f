import { type SendToApi, toFound } from '../api-client/api.js'
import { hasCode } from '../api-client/api-error.js'
import { RENEW } from './documents.js'

/** A lease that is given back ends after this time. */
const GIVEN_BACK_SECONDS = 1
/** A command that was stopped does not wait longer for a service that is away. */
const GIVING_BACK_SECONDS = 10

/** Lets a lease end `seconds` from now. Returns false if the suggestion belongs to nobody or to somebody else now. */
export async function renewLease(send: SendToApi, id: string, seconds: number, signal?: AbortSignal): Promise<boolean> {
  try {
    toFound(await send({ query: RENEW, variables: { id, seconds } }, signal))
    return true
  } catch (error) {
    if (hasCode(error, 'CONFLICT') || hasCode(error, 'NOT_FOUND')) return false
    throw error
  }
}

/** Lets others have a suggestion. */
export async function giveBack(send: SendToApi, id: string): Promise<void> {
  await renewLease(send, id, GIVEN_BACK_SECONDS, AbortSignal.timeout(GIVING_BACK_SECONDS * 1000))
}

/** Renews a lease three times as often as it would end. Calls `onLost` once another worker has the function. */
export function keepLease(send: SendToApi, id: string, seconds: number, onLost: () => void): { stop(): void } {
  const stopped = new AbortController()
  let isAsking = false
  const timer = setInterval(
    async () => {
      if (isAsking) return
      isAsking = true
      // While the service is away, the next renewal tries again.
      const isKept = await renewLease(send, id, seconds, stopped.signal).catch(() => true)
      isAsking = false
      if (!isKept && !stopped.signal.aborted) onLost()
    },
    (seconds * 1000) / 3,
  )
  return {
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}
