/** When to ask again: PostgreSQL restarts within seconds. */
export const RETRY_AFTER_SECONDS = 5

const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT']
/** PostgreSQL's classes 08 (connection) and 57P (shutdown, starting up), too many connections; Prisma's own codes. */
const UNREACHABLE = /^(08...|57P0[1-5]|53300|P1001|P1002|P1008|P1017|P2024)$/
const MESSAGES =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Can't reach database server|Server has closed the connection|Cannot use a pool after calling end/

/** Whether an error says that the database is not there for now, in whatever it is wrapped. */
export function isDatabaseUnreachable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false
  const { code, syscall, meta, cause, errors } = error as Error & {
    code?: unknown
    syscall?: unknown
    meta?: { driverAdapterError?: unknown }
    errors?: unknown
  }
  if (typeof code === 'string' && UNREACHABLE.test(code)) return true
  // ENOENT comes from files too: only a connection (to a socket that is gone) counts.
  if (typeof code === 'string' && NETWORK.includes(code) && (code !== 'ENOENT' || syscall === 'connect')) return true
  if (MESSAGES.test(error.message)) return true
  const inner = [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.some((each) => isDatabaseUnreachable(each, depth + 1))
}
