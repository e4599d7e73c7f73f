import process from 'node:process'
import type { Command } from 'commander'

export interface OutputOptions {
  readonly json?: boolean
}

/** Adds `--json` to a command that shows something. */
export function addJsonOption(
  command: Command,
  description = 'print one JSON value and nothing else on standard output',
): Command {
  return command.option('--json', description)
}

/** Prints the result of a command: as JSON, or as text, which ends with a line break unless it is empty. */
export function printResult(value: unknown, text: string, { json }: OutputOptions): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text)
}
