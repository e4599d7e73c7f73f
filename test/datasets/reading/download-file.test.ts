import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { downloadFile } from '../../../src/datasets/reading/download-file.js'
import { makeFolder } from '../../support/folder.js'

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251))
const OTHER = Buffer.from(CONTENT).reverse()

test('an interrupted download continues at its last byte', async (t) => {
  const { url, server, asked } = await serve(t)
  const path = join(makeFolder(), 'file')
  server.cutAfter = 100_000
  await assert.rejects(downloadFile(url, path), /the download ended at byte \d+: .*; the same command continues there$/)
  assert.equal(existsSync(path), false)
  const begun = statSync(`${path}.part`).size
  assert.ok(begun > 0 && begun <= 100_000)
  server.cutAfter = null
  const seen: number[] = []
  assert.equal(await downloadFile(url, path, { onProgress: (bytes) => seen.push(bytes) }), 'DOWNLOADED')
  assert.ok(readFileSync(path).equals(CONTENT))
  assert.deepEqual(asked, [undefined, `bytes=${begun}-`])
  assert.ok(seen[0] > begun && seen.at(-1) === CONTENT.length)
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['file', 'file.source'])
})

test('a download starts again if the file has changed, or if the server has no ranges or no validator', async (t) => {
  for (const change of [{ content: OTHER, tag: '"2"' }, { hasRanges: false }, { tag: null }, { tag: 'W/"1"' }]) {
    const { url, server } = await serve(t)
    const path = join(makeFolder(), 'file')
    if (change.tag === null || change.tag?.startsWith('W/')) server.tag = change.tag
    server.cutAfter = 100_000
    await assert.rejects(downloadFile(url, path))
    Object.assign(server, { cutAfter: null, ...change })
    await downloadFile(url, path)
    assert.ok(readFileSync(path).equals(server.content), JSON.stringify(change.tag))
  }
})

test('a complete file is downloaded again only if the server has another file', async (t) => {
  const { url, server, asked } = await serve(t)
  const path = join(makeFolder(), 'file')
  await downloadFile(url, path)
  assert.equal(await downloadFile(url, path), 'UNCHANGED')
  Object.assign(server, { content: OTHER, tag: '"2"', cutAfter: 100_000 })
  await assert.rejects(downloadFile(url, path))
  assert.ok(readFileSync(path).equals(CONTENT), 'the old one stays until the new one is complete')
  server.cutAfter = null
  assert.equal(await downloadFile(url, path), 'DOWNLOADED')
  assert.match(String(asked.at(-1)), /^bytes=[1-9]/)
  assert.ok(readFileSync(path).equals(OTHER))
  server.content = CONTENT
  assert.equal(await downloadFile(url, path), 'UNCHANGED')
  assert.equal(await downloadFile(url, path, { isFresh: true }), 'DOWNLOADED')
  assert.ok(readFileSync(path).equals(CONTENT))
  assert.equal(asked.length, 6)
  await server.close()
  assert.equal(await downloadFile(url, path), 'UNREACHABLE')
  await assert.rejects(downloadFile(url, path, { isFresh: true }), /cannot be reached/)
  assert.ok(readFileSync(path).equals(CONTENT))
})

test('a file of another or unknown source is downloaded again, and a part that is too long is discarded', async (t) => {
  const { url } = await serve(t)
  const path = join(makeFolder(), 'file')
  writeFileSync(path, 'whatever')
  assert.equal(await downloadFile(url, path), 'DOWNLOADED')
  assert.ok(readFileSync(path).equals(CONTENT))
  writeFileSync(`${path}.source`, 'http://127.0.0.1:1/other\n"1"\n')
  assert.equal(await downloadFile(url, path), 'DOWNLOADED')
  const other = join(makeFolder(), 'file')
  writeFileSync(`${other}.part`, Buffer.alloc(CONTENT.length + 5))
  writeFileSync(`${other}.part.source`, `${url}\n"1"\n`)
  assert.equal(await downloadFile(url, other), 'DOWNLOADED')
  assert.ok(readFileSync(other).equals(CONTENT))
})

test('the error is one line if the server refuses, sends a wrong part or length, or cannot be reached', async (t) => {
  const { url, server } = await serve(t)
  const path = join(makeFolder(), 'file')
  server.status = 404
  await assert.rejects(downloadFile(url, path), {
    message: `${url}: the download failed; expected status 200, got 404`,
  })
  server.status = null
  Object.assign(server, { length: CONTENT.length + 1, cutAfter: 100_000 })
  await assert.rejects(downloadFile(url, path), /^Error: http:\S+: the download ended at byte \d+: [^\n]+$/)
  Object.assign(server, { length: null, cutAfter: null })
  server.rangeStart = 7
  await assert.rejects(downloadFile(url, path), /wrong part of the file/)
  await assert.rejects(
    downloadFile('http://127.0.0.1:1/file', path),
    /^Error: http:\S+: the server cannot be reached: [^\n]+$/,
  )
  assert.equal(existsSync(path), false)
})

interface TestServer {
  content: Buffer
  tag: string | null
  hasRanges: boolean
  cutAfter: number | null
  status: number | null
  /** Sent in place of the real length. */
  length: number | null
  /** First byte of a part, in place of the requested one. */
  rangeStart: number | null
  close(): Promise<void>
}

/** A server of one file with the behaviour of its object. `asked` has the Range header of each request. */
async function serve(t: TestContext) {
  const asked: (string | undefined)[] = []
  const http = createServer((request, response) => {
    asked.push(request.headers.range)
    answer(server, request, response)
  }).listen(0, '127.0.0.1')
  const close = async () => {
    http.closeAllConnections()
    if (http.listening) await new Promise((done) => http.close(done))
  }
  t.after(close)
  await once(http, 'listening')
  const server: TestServer = {
    ...{ content: CONTENT, tag: '"1"', hasRanges: true, cutAfter: null, status: null, length: null, rangeStart: null },
    close,
  }
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/file`, server, asked }
}

function answer(server: TestServer, { headers }: IncomingMessage, response: ServerResponse): void {
  const { content, tag } = server
  if (server.status) return void response.writeHead(server.status).end()
  if (tag && headers['if-none-match'] === tag) return void response.writeHead(304).end()
  const wanted = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0)
  const isPart = server.hasRanges && headers.range !== undefined && headers['if-range'] === tag
  if (isPart && wanted >= content.length) return void response.writeHead(416).end()
  const start = isPart ? (server.rangeStart ?? wanted) : 0
  response.writeHead(isPart ? 206 : 200, {
    ...(tag && { etag: tag }),
    ...(isPart && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    'content-length': server.length ?? content.length - start,
  })
  if (server.cutAfter === null && server.length === null) return void response.end(content.subarray(start))
  const end = server.cutAfter ?? content.length
  // The connection closes after the client had time to read a part.
  response.write(content.subarray(start, end), () => setTimeout(() => response.destroy(), 300))
}
