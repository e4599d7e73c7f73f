import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { downloadFile } from '../../src/datasets/download-file.js'
import { makeFolder } from '../support/folder.js'

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251))

test('a download that breaks off is continued from there, and begun anew where the file has changed', async (t) => {
  const ranges: (string | undefined)[] = []
  let etag = '"1"'
  let isBroken = true
  const url = await serve(t, (request, response) => {
    ranges.push(request.headers.range)
    const isSame = request.headers['if-range'] === etag
    const start = isSame ? Number(/\d+/.exec(request.headers.range ?? '0')?.[0]) : 0
    response.writeHead(start > 0 ? 206 : 200, { etag, 'content-length': CONTENT.length - start })
    if (isBroken)
      response.write(CONTENT.subarray(start, start + 100_000), () => setTimeout(() => response.destroy(), 100))
    else response.end(CONTENT.subarray(start))
  })
  const path = join(makeFolder(t), 'file')
  await assert.rejects(downloadFile(url, path), /ended at byte 100000: .*; the same command goes on from there$/)
  assert.equal(existsSync(path), false)
  isBroken = false
  await downloadFile(url, path)
  assert.ok(readFileSync(path).equals(CONTENT))
  assert.deepEqual(ranges, [undefined, 'bytes=100000-'])
  assert.equal(existsSync(`${path}.part`), false)

  isBroken = true
  const other = join(makeFolder(t), 'file')
  await assert.rejects(downloadFile(url, other))
  isBroken = false
  etag = '"2"'
  await downloadFile(url, other)
  assert.ok(readFileSync(other).equals(CONTENT))
})

test('a server that refuses or is not there is an error of one line', async (t) => {
  const url = await serve(t, (_request, response) => response.writeHead(403).end())
  const path = join(makeFolder(t), 'file')
  await assert.rejects(downloadFile(url, path), { message: `${url} answers with status 403` })
  await assert.rejects(downloadFile('http://127.0.0.1:1/file', path), /^Error: http:\S+ cannot be reached: [^\n]+$/)
  assert.equal(existsSync(path), false)
})

async function serve(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`
}
