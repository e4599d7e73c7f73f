import { CommanderError } from 'commander'
import { ApiError } from '../api-client/api-error.js'
import { ActbenchError } from '../errors.js'

/** The exit statuses of all commands. `docs/operations.md` describes them. */
export const EXIT_STATUS = {
  done: 0,
  failed: 1,
  usage: 2,
  /** As a shell reports a process that SIGINT ended. */
  interrupted: 130,
  /** As a shell reports a process that SIGPIPE ended. */
  pipeClosed: 141,
  /** As a shell reports a process that SIGTERM ended. */
  terminated: 143,
} as const

/** The command line itself is wrong: options that exclude each other, or a value that is malformed. */
export class UsageError extends Error {}

/** The exit status of a command that ended with this error. Commander has status 0 for `--help` and `--version`. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_STATUS.done : EXIT_STATUS.usage
  const isMalformed = codesOf(error).some((code) => MALFORMED.has(code))
  return isMalformed || error instanceof UsageError ? EXIT_STATUS.usage : EXIT_STATUS.failed
}

/** Whether the error needs no line: Commander has printed its own errors and the help. */
export function isReported(error: unknown): boolean {
  return error instanceof CommanderError
}

const MALFORMED: ReadonlySet<string> = new Set([
  ...['BAD_USER_INPUT', 'INVALID_EXPRESSION'],
  // Of a query that the service refused.
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST'],
])

/** The codes of an error of this project, or of the errors that a service answered with. */
function codesOf(error: unknown): readonly string[] {
  if (error instanceof ActbenchError) return [error.code]
  return error instanceof ApiError ? error.errors.map(({ extensions }) => extensions?.code ?? '') : []
}
