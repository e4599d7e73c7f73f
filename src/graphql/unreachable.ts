/** When to ask again: PostgreSQL restarts within seconds. */
export const RETRY_AFTER_SECONDS = 5

const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT']
/** PostgreSQL's classes 08 (connection) and 57P (shutdown, starting up), too many connections; Prisma's own codes. */
const UNREACHABLE = /^(08...|57P0[1-5]|53300|P1001|P1002|P1008|P1017|P2024)$/
const MESSAGES =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Can't reach database server|Server has closed the connection|Cannot use a pool after calling end/

/** What the two clients of PostgreSQL and the network put into errors, or into what these carry. */
interface Failure {
  readonly message?: unknown
  readonly code?: unknown
  readonly syscall?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown }
  readonly cause?: unknown
  readonly errors?: unknown
}

/** Whether an error says that the database is not there for now, in whatever it is wrapped. */
export function isDatabaseUnreachable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const { message, code, syscall, meta, cause, errors } = error as Failure
  if (typeof code === 'string' && UNREACHABLE.test(code)) return true
  // ENOENT comes from files too: only a connection (to a socket that is gone) counts.
  if (typeof code === 'string' && NETWORK.includes(code) && (code !== 'ENOENT' || syscall === 'connect')) return true
  if (typeof message === 'string' && MESSAGES.test(message)) return true
  const inner = [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.some((each) => isDatabaseUnreachable(each, depth + 1))
}
