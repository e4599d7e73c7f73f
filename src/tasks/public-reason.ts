import { hostname } from 'node:os'

/** The first line of an error for clients: without paths and without the name of this machine. */
export function toPublicReason(error: unknown, host = hostname()): string {
  const [line] = String(error instanceof Error ? error.message : error).split('\n')
  const withoutPaths = line.replace(/(file:\/\/)?(\/[\w.@-]+){2,}/g, '…')
  // A shorter name could be a part of any word.
  const isName = host.length >= 3
  return (isName ? withoutPaths.replaceAll(host, '…') : withoutPaths).slice(0, 300)
}
