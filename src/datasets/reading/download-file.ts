import { createWriteStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

export interface DownloadOptions {
  /** Whether to download it whatever is there already. @defaultValue false */
  readonly isFresh?: boolean
  onProgress?(bytes: number, total: number | null): void
}

/** How the file came to be at its path: fetched now, or found there and the same as the server's, or not compared. */
export type DownloadOutcome = 'DOWNLOADED' | 'UNCHANGED' | 'UNREACHABLE'

/**
 * Downloads a file to `path`, which exists only once it is complete. A file that is there already is kept where the server
 * says that it has not changed (or cannot be asked, which the outcome says); one that was begun is continued where the
 * server still has the same. What the server said of it stands in `path.source`, of an unfinished one in `path.part` and
 * `path.part.source`. Throws an error of one line where the server refuses, ends too early, or cannot be reached and
 * nothing is there.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions = {}): Promise<DownloadOutcome> {
  const part = `${path}.part`
  if (options.isFresh) for (const file of [part, `${part}.source`]) rmSync(file, { force: true })
  const whole = options.isFresh ? null : readSource(path, url)
  const begun = readSource(part, url)
  const response = await ask(url, whole, begun).catch((error: Error) => {
    if (whole) return null
    throw new Error(`${url} cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  if (!response) return 'UNREACHABLE'
  if (response.status === 304 && whole) return 'UNCHANGED'
  // What was begun is as long as the server's file, or longer: it is not a beginning of that.
  if (response.status === 416 && begun) {
    await response.body?.cancel()
    rmSync(`${part}.source`, { force: true })
    return downloadFile(url, path, options)
  }
  if (!response.ok || !response.body) throw new Error(`${url} answers with status ${response.status}`)
  await receive(url, part, response, begun, options)
  // In this order: a kill between two of these leaves a file of an unknown source, which is downloaded anew.
  rmSync(`${path}.source`, { force: true })
  renameSync(part, path)
  renameSync(`${part}.source`, `${path}.source`)
  return 'DOWNLOADED'
}

/** What is known of a file that lies here. */
interface Source {
  readonly url: string
  /** A strong ETag or a time of last modification: what If-Range takes. Null where the server gave neither. */
  readonly validator: string | null
  /** Of the file as it lies. */
  readonly bytes: number
}

function readSource(path: string, url: string): Source | null {
  if (!existsSync(path) || !existsSync(`${path}.source`)) return null
  const [from, validator = ''] = readFileSync(`${path}.source`, 'utf8').split('\n')
  return from === url && validator !== '' ? { url, validator, bytes: statSync(path).size } : null
}

function ask(url: string, whole: Source | null, begun: Source | null): Promise<Response> {
  // Compressed on the way it would have another length and other offsets.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (whole?.validator) headers[isTag(whole.validator) ? 'if-none-match' : 'if-modified-since'] = whole.validator
  if (begun?.validator && begun.bytes > 0) {
    headers.range = `bytes=${begun.bytes}-`
    headers['if-range'] = begun.validator
  }
  return fetch(url, { headers })
}

async function receive(
  url: string,
  part: string,
  response: Response,
  begun: Source | null,
  { onProgress = () => {} }: DownloadOptions,
): Promise<void> {
  const start = response.status === 206 && begun ? begun.bytes : 0
  if (
    response.status === 206 &&
    Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]) !== start
  ) {
    throw new Error(`${url} answers with another part than the one asked for`)
  }
  const length = response.headers.get('content-length')
  const total = length === null ? null : start + Number(length)
  if (start === 0) {
    // First the bytes go: a kill must not leave those of one file with the validator of another.
    rmSync(part, { force: true })
    writeFileSync(`${part}.source`, `${url}\n${findValidator(response.headers)}\n`)
  }
  let bytes = start
  const chunks = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
  chunks.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length
    onProgress(bytes, total)
  })
  await pipeline(chunks, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' })).catch((error: Error) => {
    throw new Error(`${url} ended at byte ${bytes}: ${error.message}; the same command goes on from there`)
  })
  if (total !== null && statSync(part).size !== total) throw new Error(`${url} gave ${bytes} bytes of ${total}`)
}

function findValidator(headers: Headers): string {
  const tag = headers.get('etag')
  return tag?.startsWith('"') ? tag : (headers.get('last-modified') ?? '')
}

function isTag(validator: string): boolean {
  return validator.startsWith('"')
}
