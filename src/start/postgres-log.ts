import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The open log file of PostgreSQL, for a child process to inherit. */
export interface AppendedLog {
  readonly descriptor: number
  close(): void
}

const MAX_BYTES = 10_000_000

/** Opens `<folder>/postgres.log` for appending. A long log is first renamed to `postgres.log.1`. */
export function openAppendedLog(folder: string): AppendedLog {
  const file = join(folder, 'postgres.log')
  if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, `${file}.1`)
  const descriptor = openSync(file, 'a', 0o600)
  return { descriptor, close: () => closeSync(descriptor) }
}

/** The line of the log that says why it ended: the last FATAL or PANIC, or else the last line; empty without a log. */
export function readLastLine(folder: string): string {
  const file = join(folder, 'postgres.log')
  if (!existsSync(file)) return ''
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20)
  return lines.filter((line) => /FATAL|PANIC/.test(line)).at(-1) ?? lines.at(-1) ?? ''
}
