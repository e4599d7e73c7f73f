import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { importFile } from '../../src/services/import-file.js'
import { openTestApi } from '../support/api.js'
import { makeFolder } from '../support/folder.js'
import { IRREGULAR_TEXT } from '../support/irregular-file.js'
import { waitUntil } from '../support/wait-until.js'

test('a dataset is downloaded whole, plain or compressed, with an ETag and the way to its licence', async (t) => {
  const { app, database } = await openTestApi(t)
  const path = join(makeFolder(t), 'odd.json')
  writeFileSync(path, IRREGULAR_TEXT)
  await importFile(database, { path, dataset: 'odd', describe: { license: 'A licence', citation: '@misc{x}' } })
  const ask = (url: string, headers = {}) => app.http.inject({ method: 'GET', url, headers })

  const plain = await ask('/export/odd.json')
  assert.deepEqual([plain.statusCode, plain.body.trimEnd()], [200, IRREGULAR_TEXT])
  const packed = await ask('/export/odd.json', { 'accept-encoding': 'gzip' })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(packed.rawPayload).toString().trimEnd(), IRREGULAR_TEXT)
  assert.notEqual(packed.headers.etag, plain.headers.etag)
  assert.match(String(plain.headers.link), /<\/export\/odd\.about\.json>; rel="license"/)
  const about = (await ask('/export/odd.about.json')).json()
  assert.deepEqual([about.license, about.citation], ['A licence', '@misc{x}'])

  const unchanged = await ask('/export/odd.json', { 'if-none-match': plain.headers.etag })
  assert.deepEqual([unchanged.statusCode, unchanged.body], [304, ''])
  await database.prisma.evaluation.updateMany({ where: { expression: 'relu(x)' }, data: { testLoss: 0.125 } })
  assert.equal((await ask('/export/odd.csv', { 'if-none-match': plain.headers.etag })).statusCode, 200)
  assert.notEqual((await ask('/export/odd.json')).headers.etag, plain.headers.etag)
  assert.equal((await ask('/export/odd.csv')).body.split('\n').length, 9)
  assert.equal((await ask('/export/odd.jsonl')).body.split('\n').length, 8)
})

test('what is not there is 404, in the form of every error', async (t) => {
  const { app } = await openTestApi(t)
  for (const url of ['/export/nothing.json', '/export/odd.xml', '/export/a%00b.json', '/export/..%2f..%2fetc.json']) {
    const answer = await app.http.inject({ method: 'GET', url })
    assert.equal(answer.statusCode, 404, url)
    assert.equal(answer.json().errors[0].extensions.code, 'NOT_FOUND')
  }
})

test('four exports run at a time; one more is told to come again, and a client that goes away makes room', async (t) => {
  const { app, database } = await openTestApi(t)
  const path = join(makeFolder(t), 'large.json')
  const rows = Array.from({ length: 60 }, (_, i) => `"note ${i}": "${'x'.repeat(1_000_000)}"`)
  writeFileSync(path, `{${rows.join(',')}}`)
  await importFile(database, { path, dataset: 'large' })
  const address = await app.http.listen({ host: '127.0.0.1', port: 0 })
  const ask = async () => {
    const request = get(`${address}/export/large.json`, { agent: false })
    request.on('error', () => {})
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return response.on('error', () => {})
  }
  // Nobody reads these, so they stay where the buffers are full.
  const open = await Promise.all([1, 2, 3, 4].map(ask))
  assert.deepEqual(
    open.map((response) => response.statusCode),
    [200, 200, 200, 200],
  )
  const refused = await ask()
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '10'])
  for (const response of [...open, refused]) response.destroy()
  await waitUntil(async () => (await app.http.inject('/export/large.csv')).statusCode === 200)
})
