import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import type { LogLevel } from './config.js'

/**
 * A log of one JSON object a line on standard output. What looks like a secret is struck out of every line, wherever in it
 * the secret stands: keys (`abk_...`), Authorization headers, passwords in addresses of databases, and `secrets`.
 */
export function createLog(
  level: LogLevel,
  base: Record<string, unknown>,
  secrets: readonly (string | null)[] = [],
  destination?: DestinationStream,
): Logger {
  const literals = secrets.flatMap((secret) => (secret ? [JSON.stringify(secret).slice(1, -1)] : []))
  const options: LoggerOptions = { level, base, hooks: { streamWrite: (line) => strikeOut(line, literals) } }
  return destination ? pino(options, destination) : pino(options)
}

const STRUCK = '[secret]'
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/abk_[\w-]+/g, `abk_${STRUCK}`],
  [/\b(Bearer|Basic) +[^\s"\\]+/gi, `$1 ${STRUCK}`],
  [/\b(postgres(?:ql)?:\/\/[^:@/\s"]*):[^@\s"]*@/gi, `$1:${STRUCK}@`],
]

function strikeOut(line: string, literals: readonly string[]): string {
  let struck = line
  for (const literal of literals) struck = struck.replaceAll(literal, STRUCK)
  for (const [pattern, by] of PATTERNS) struck = struck.replace(pattern, by)
  return struck
}
