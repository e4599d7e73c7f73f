import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import type { LogLevel } from './config.js'

/**
 * Creates a log that writes one JSON object per line to standard output. Secrets are removed from every line, wherever they
 * occur: keys (`abk_...`), Authorization headers, passwords in database URLs, and the given `secrets`.
 */
export function createLog(
  level: LogLevel,
  base: Record<string, unknown>,
  secrets: readonly (string | null)[] = [],
  destination?: DestinationStream,
): Logger {
  const literals = secrets.flatMap((secret) => (secret ? [JSON.stringify(secret).slice(1, -1)] : []))
  const options: LoggerOptions = { level, base, hooks: { streamWrite: (line) => redact(line, literals) } }
  return destination ? pino(options, destination) : pino(options)
}

const REDACTED = '[secret]'
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/abk_[\w-]+/g, `abk_${REDACTED}`],
  [/\b(Bearer|Basic) +[^\s"\\]+/gi, `$1 ${REDACTED}`],
  [/\b(postgres(?:ql)?:\/\/[^:@/\s"]*):[^@\s"]*@/gi, `$1:${REDACTED}@`],
]

function redact(line: string, literals: readonly string[]): string {
  let redacted = line
  for (const literal of literals) redacted = redacted.replaceAll(literal, REDACTED)
  for (const [pattern, by] of PATTERNS) redacted = redacted.replace(pattern, by)
  return redacted
}
