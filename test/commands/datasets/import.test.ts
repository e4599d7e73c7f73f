import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { runActbench, startActbench } from '../../support/actbench.js'
import { openTestDatabase } from '../../support/database.js'
import { IRREGULAR_TEXT } from '../../support/fixtures/irregular-file.js'
import { makeFolder } from '../../support/folder.js'
import { waitUntil } from '../../support/wait-until.js'

test('a dry run needs no database, summarises the problems and writes a report', async () => {
  const folder = makeFolder()
  const file = join(folder, 'odd.json')
  const report = join(folder, 'report.jsonl')
  writeFileSync(file, IRREGULAR_TEXT)
  const environment = { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' }
  const args = ['import', file, '--dataset', 'odd', '--dry-run', '--report', report]
  const { status, stdout } = await runActbench(args, environment)
  assert.equal(status, 0)
  assert.match(stdout, /^10 rows, 7 usable, spectra of 4 values, SHA-256 [0-9a-f]{64}; nothing was changed$/m)
  assert.match(
    stdout,
    /^UNUSABLE_EXPRESSION: 1, 1 in rows that are no evaluations; the first: nolu\(x\) at byte \d+: /m,
  )
  const lines = readFileSync(report, 'utf8').trimEnd().split('\n')
  const swish = lines.map((line) => JSON.parse(line)).find((issue) => issue.code === 'WRONG_SPECTRUM_LENGTH')
  assert.deepEqual([swish.key, swish.byteOffset], ['swish(x)', IRREGULAR_TEXT.indexOf('[0.1, 0.2, 0.3]')])
  writeFileSync(file, IRREGULAR_TEXT.slice(0, 100))
  const cut = await runActbench(args, environment)
  assert.equal(cut.status, 1)
  assert.match(cut.stderr, /^actbench: byte 100: expected [^\n]*, got the end of the file\n$/)
})

test('an import that is killed leaves nothing behind, and the next one is complete', async (t) => {
  const database = await openTestDatabase(t)
  const file = join(makeFolder(), 'large.json')
  const spectrum = Array.from({ length: 3000 }, (_, i) => i / 3001).join(', ')
  const names = Array.from(
    { length: 400 },
    (_, i) =>
      `prod_n(${Array(1 + (i % 20)).fill('x')},${'relu('.repeat(1 + Math.floor(i / 20))}x${')'.repeat(1 + Math.floor(i / 20))})`,
  )
  const rows = names.map(
    (name) => `"${name}": {"Validation Accuracy": 0.5, "Fisher log eigenvalue CDF": [${spectrum}]}`,
  )
  writeFileSync(file, `{${rows.join(', ')}}`)
  const environment = { DATABASE_URL: database.url }
  assert.equal((await runActbench(['migrate'], environment)).status, 0)
  const count = async (table: string) =>
    (await database.pool.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n
  let before = await count('expressions')
  const hasConnection = async (condition: string) => {
    const { rows: found } = await database.pool.query(
      `SELECT FROM pg_stat_activity
       WHERE application_name = 'actbench-cli' AND datname = current_database() AND ${condition}`,
    )
    return found.length > 0
  }
  const isWriting = () => hasConnection(`query LIKE '%source_rows%' AND state <> 'idle'`)
  // It is killed at random moments after it has begun to write.
  for (const wait of [0, 100, 300, 1000].map((most) => most * Math.random())) {
    const running = startActbench(['import', file, '--dataset', 'large'], environment)
    await waitUntil(async () => running.child.exitCode !== null || (await isWriting()))
    await new Promise((done) => setTimeout(done, wait))
    running.child.kill('SIGKILL')
    const { status } = await running.ended
    await waitUntil(async () => !(await hasConnection('true')))
    // Null: it was killed before it ended. Everything that it had committed by then is complete.
    const isThere = (await database.prisma.dataset.count({ where: { name: 'large' } })) === 1
    if (status === null && !isThere) {
      assert.deepEqual([await count('source_rows'), await count('expressions')], [0, before])
    } else {
      const evaluations = await database.prisma.evaluation.count({ where: { dataset: { name: 'large' } } })
      assert.deepEqual([await count('source_rows'), evaluations], [400, 400])
      await database.prisma.dataset.delete({ where: { name: 'large' } })
      assert.equal(await count('source_rows'), 0)
      before = await count('expressions')
    }
  }
  const { stdout } = await runActbench(['import', file, '--dataset', 'large'], environment)
  assert.match(stdout, /large.*400 rows, 400 evaluations/)
  assert.equal(await count('source_rows'), 400)
})

test('an imported dataset is exported to a file with equal values, and its licence to a file next to it', async (t) => {
  const database = await openTestDatabase(t)
  const folder = makeFolder()
  const [file, output] = [join(folder, 'odd.json'), join(folder, 'out.json')]
  writeFileSync(file, IRREGULAR_TEXT)
  const environment = { DATABASE_URL: database.url }
  const args = ['import', file, '--dataset', 'odd', '--license', 'A licence', '--citation', '@misc{x}']
  assert.match((await runActbench(args, environment)).stdout, /^imported odd: 10 rows, 7 evaluations, 2 spectra/m)
  assert.match((await runActbench(args, environment)).stdout, /^odd holds this file already, nothing was changed/m)
  assert.equal((await runActbench(['export', 'odd', '--output', output], environment)).status, 0)
  assert.equal(readFileSync(output, 'utf8').trimEnd(), IRREGULAR_TEXT)
  const about = JSON.parse(readFileSync(`${output}.about.json`, 'utf8'))
  assert.deepEqual([about.license, about.citation], ['A licence', '@misc{x}'])
  const table = await runActbench(['export', 'odd', '--format', 'csv'], environment)
  assert.equal(table.stdout.trimEnd().split('\n').length, 8)
  assert.match(table.stderr, /^licence: A licence$/m)
  const missing = await runActbench(['export', 'nothing'], environment)
  assert.deepEqual([missing.status, missing.stderr], [1, 'actbench: dataset: there is no dataset named "nothing"\n'])
})

test('the file of an address is imported with its provenance, and downloaded again only if it has changed', async (t) => {
  const database = await openTestDatabase(t)
  const folder = makeFolder()
  const answers: number[] = []
  let [content, tag] = [IRREGULAR_TEXT, '"1"']
  const server = createServer((request, response) => {
    const status = request.headers['if-none-match'] === tag ? 304 : 200
    answers.push(status)
    response.writeHead(status, { etag: tag }).end(status === 200 ? content : undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/odd.json`
  const environment = { DATABASE_URL: database.url, ACTBENCH_DATA: folder }
  const run = (...args: string[]) => runActbench(args, environment)

  assert.match(
    (await run('import', url, '--dataset', 'odd', '--license', 'A licence')).stdout,
    /^imported odd: 10 rows/m,
  )
  const again = await run('import', url, '--dataset', 'odd')
  assert.match(again.stderr, /has not changed since it was downloaded/)
  assert.match(again.stdout, /nothing was changed/)
  const shown = JSON.parse((await run('dataset', 'show', 'odd')).stdout)
  assert.deepEqual(
    [shown.sourceUrl, shown.sourceBytes, shown.sourceChecksum, shown.license],
    [url, Buffer.byteLength(content), createHash('sha256').update(content).digest('hex'), 'A licence'],
  )

  content = '{"relu(x)": {"Validation Accuracy": 0.9}}'
  tag = '"2"'
  assert.match((await run('import', url, '--dataset', 'odd')).stderr, /imported from another file.*--replace/)
  assert.match((await run('import', url, '--dataset', 'odd', '--replace')).stdout, /^replaced odd: 1 rows/m)
  assert.deepEqual(answers, [200, 304, 200, 304])
  assert.match((await run('dataset', 'close-exports', 'odd')).stdout, /^the exports of odd are closed$/m)
  assert.equal((await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'odd' } })).exportsClosed, true)
  assert.match((await run('dataset', 'open-exports', 'nothing')).stderr, /there is no dataset named "nothing"/)
  assert.match((await run('import', 'http:/nowhere', '--dataset', 'odd')).stderr, /expected a file, an address/)
})

test('a file that is being downloaded is not downloaded by a second command', async (t) => {
  const folder = makeFolder()
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/odd.json`
  const asked = once(server, 'request')
  const environment = { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none', ACTBENCH_DATA: folder }
  const args = ['import', url, '--dataset', 'odd', '--dry-run']
  const first = startActbench(args, environment)
  const [, response] = await asked
  const second = await runActbench(args, environment)
  assert.equal(second.status, 1)
  assert.match(second.stderr, /the download \S+odd\.json\.lock is in use by another actbench \(process \d+\)/)
  response.writeHead(200, { etag: '"1"' }).end(IRREGULAR_TEXT)
  const { status, stdout } = await first.ended
  assert.equal(status, 0)
  assert.match(stdout, new RegExp(`SHA-256 ${createHash('sha256').update(IRREGULAR_TEXT).digest('hex')}`))
})
