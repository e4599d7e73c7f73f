import { setTimeout as sleep } from 'node:timers/promises'

/** PostgreSQL's classes 08 (connection) and 57P (shutdown), sockets' codes, and the codes that Prisma gives to them. */
const CODES =
  /^(08\w{3}|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENOENT|P1001|P1002|P1008|P1017|P2024|P2037)$/
/** Messages of drivers for errors without a code. */
const MESSAGES =
  /connection terminated|connection error|not queryable|server closed the connection|closed the connection unexpectedly|timeout exceeded when trying to connect|query read timeout|unable to start a transaction in the given time|can't reach database server/i
/** The names of these errors in Prisma's driver adapter. */
const KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/

/** Whether the database could not be reached or the connection was lost. The same statement may succeed later. */
export function isConnectionError(error: unknown): boolean {
  return listCauses(error).some(
    ({ code, originalCode, kind, message }) =>
      CODES.test(String(code)) ||
      CODES.test(String(originalCode)) ||
      KINDS.test(String(kind)) ||
      MESSAGES.test(String(message)),
  )
}

/**
 * PostgreSQL ended a statement (57014), a lock was waited for too long (55P03), or Prisma ended a transaction (P2028).
 */
const TIMEOUTS = /^(57014|55P03|P2028)$/

/** Whether a statement or transaction exceeded its time limit. It was rolled back completely. */
export function isTimeout(error: unknown): boolean {
  return listCauses(error).some(
    ({ code, originalCode }) => TIMEOUTS.test(String(code)) || TIMEOUTS.test(String(originalCode)),
  )
}

/**
 * Runs `work` and returns its result. If the database is not reachable, runs it again until it is. `work` must be safe
 * to repeat, because a commit may have succeeded although its answer was lost. Rejects with other errors of `work`, and
 * with the connection error if the signal is aborted.
 */
export async function throughOutage<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isConnectionError(error) || signal?.aborted) throw error
      await sleep(RETRY_MILLISECONDS)
    }
  }
}

const RETRY_MILLISECONDS = 500

interface Cause {
  readonly code?: unknown
  readonly originalCode?: unknown
  readonly kind?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly meta?: unknown
  readonly driverAdapterError?: unknown
}

/** The error and its causes. Prisma wraps the error of the driver twice. */
function listCauses(error: unknown, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 5) return []
  const own = error as Cause
  return [own, ...[own.cause, own.meta, own.driverAdapterError].flatMap((cause) => listCauses(cause, depth + 1))]
}
