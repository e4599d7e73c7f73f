import { createWriteStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/**
 * Downloads a file; one that was begun is continued where the server still has the same. `path` exists only once it is
 * complete; until then there are `path.part` and, with the server's ETag, `path.part.etag`. Throws an error of one line
 * where the server cannot be reached, refuses, or ends too early.
 */
export async function downloadFile(
  url: string,
  path: string,
  onProgress: (bytes: number, total: number | null) => void = () => {},
): Promise<void> {
  const part = `${path}.part`
  const tagFile = `${part}.etag`
  const begun = existsSync(part) && existsSync(tagFile) ? statSync(part).size : 0
  const headers = begun > 0 ? { range: `bytes=${begun}-`, 'if-range': readFileSync(tagFile, 'utf8') } : undefined
  const response = await fetch(url, { headers }).catch((error: Error) => {
    throw new Error(`${url} cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  if (!response.ok || !response.body) throw new Error(`${url} answers with status ${response.status}`)
  const start = response.status === 206 ? begun : 0
  const length = response.headers.get('content-length')
  const total = length === null ? null : start + Number(length)
  const etag = response.headers.get('etag')
  if (etag) writeFileSync(tagFile, etag)
  else rmSync(tagFile, { force: true })
  let bytes = start
  const chunks = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
  chunks.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length
    onProgress(bytes, total)
  })
  await pipeline(chunks, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' })).catch((error: Error) => {
    throw new Error(`${url} ended at byte ${bytes}: ${error.message}; the same command goes on from there`)
  })
  if (total !== null && bytes !== total) throw new Error(`${url} gave ${bytes} bytes of ${total}`)
  renameSync(part, path)
  rmSync(tagFile, { force: true })
}
