import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'

/** A file of JSON lines that only grows. */
export interface LineFile {
  /** The complete lines that it had when it was opened. */
  readonly lines: readonly string[]
  append(line: string): void
  close(): void
}

/** Opens a file of lines, which need not exist. An incomplete last line, left by a killed process, is removed. */
export function openLineFile(path: string): LineFile {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  if (complete.length < text.length) truncateSync(path, Buffer.byteLength(complete))
  const descriptor = openSync(path, 'a')
  return {
    lines: complete.split('\n').filter((line) => line !== ''),
    append: (line) => {
      writeSync(descriptor, `${line}\n`)
    },
    close: () => closeSync(descriptor),
  }
}
