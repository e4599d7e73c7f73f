import { createWriteStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

export interface DownloadOptions {
  /** Whether to download the file even if it is stored already. @defaultValue false */
  readonly isFresh?: boolean
  onProgress?(bytes: number, total: number | null): void
}

/** Whether the file was downloaded now, is the same as on the server, or could not be compared with it. */
export type DownloadOutcome = 'DOWNLOADED' | 'UNCHANGED' | 'UNREACHABLE'

/**
 * Downloads a file to `path`, which exists only when it is complete. A stored file stays if the server says that it has
 * not changed, or if the server cannot be reached (outcome UNREACHABLE). An unfinished download continues if the file on
 * the server is still the same. `path.source` has the address and the validator of the file; an unfinished download is in
 * `path.part` and `path.part.source`. Throws an error of one line if the server refuses, if the answer ends too early, or
 * if the server cannot be reached and no file is stored.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions = {}): Promise<DownloadOutcome> {
  const part = `${path}.part`
  if (options.isFresh) for (const file of [part, `${part}.source`]) rmSync(file, { force: true })
  const whole = options.isFresh ? null : readSource(path, url)
  const begun = readSource(part, url)
  const response = await ask(url, whole, begun).catch((error: Error) => {
    if (whole) return null
    throw new Error(
      `${url}: the server cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`,
    )
  })
  if (!response) return 'UNREACHABLE'
  if (response.status === 304 && whole) return 'UNCHANGED'
  // The unfinished file has at least as many bytes as the file on the server, so it is not a part of it.
  if (response.status === 416 && begun) {
    await response.body?.cancel()
    rmSync(`${part}.source`, { force: true })
    return downloadFile(url, path, options)
  }
  if (!response.ok || !response.body)
    throw new Error(`${url}: the download failed; expected status 200, got ${response.status}`)
  await receive(url, part, response, begun, options)
  // The order matters: if the process is killed in between, the file has no source and is downloaded again.
  rmSync(`${path}.source`, { force: true })
  renameSync(part, path)
  renameSync(`${part}.source`, `${path}.source`)
  return 'DOWNLOADED'
}

/** The origin of a stored file. */
interface Source {
  readonly url: string
  /** A strong ETag or a time of last modification, for If-Range. Null if the server sent neither. */
  readonly validator: string | null
  /** Number of bytes that are stored. */
  readonly bytes: number
}

function readSource(path: string, url: string): Source | null {
  if (!existsSync(path) || !existsSync(`${path}.source`)) return null
  const [from, validator = ''] = readFileSync(`${path}.source`, 'utf8').split('\n')
  return from === url && validator !== '' ? { url, validator, bytes: statSync(path).size } : null
}

function ask(url: string, whole: Source | null, begun: Source | null): Promise<Response> {
  // A compressed answer would have another length and other offsets.
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
    throw new Error(
      `${url}: wrong part of the file; expected bytes from ${start}, got ${response.headers.get('content-range')}`,
    )
  }
  const length = response.headers.get('content-length')
  const total = length === null ? null : start + Number(length)
  if (start === 0) {
    // The bytes are deleted first, so that a killed process never leaves them with the validator of another file.
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
    throw new Error(`${url}: the download ended at byte ${bytes}: ${error.message}; the same command continues there`)
  })
  if (total !== null && statSync(part).size !== total)
    throw new Error(`${url}: the file is incomplete; expected ${total} bytes, got ${bytes}`)
}

function findValidator(headers: Headers): string {
  const tag = headers.get('etag')
  return tag?.startsWith('"') ? tag : (headers.get('last-modified') ?? '')
}

function isTag(validator: string): boolean {
  return validator.startsWith('"')
}
