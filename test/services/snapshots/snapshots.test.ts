import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { importSeed, importShippedSnapshots } from '../../../src/services/shipped-data/import-seed.js'
import { createSnapshot } from '../../../src/services/snapshots/create-snapshot.js'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'
import { makeSeedData, makeSeedManifest, openWithoutSpace } from '../../support/seed.js'

const LEADERBOARD = `query ($name: String!, $metric: Metric, $first: Int, $after: String, $last: Int, $before: String) {
  dataset(name: "synthetic") { snapshot(name: $name) { leaderboard(
    metric: $metric, first: $first, after: $after, last: $last, before: $before
  ) {
    nodes { rank expression value validationAccuracy testAccuracy runCount activation { id } } totalCount
    edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } } }
}`

test('a snapshot keeps its bytes, its checksum and its leaderboard while the dataset changes', async (t) => {
  const api = await openTestApi(t)
  await createBenchmark(api.database)
  const admin = await api.createKey('ADMIN')
  const create = (name: string, key = admin, more = '') =>
    api.ask(
      `mutation ($name: String!) { createSnapshot(input: { dataset: "synthetic", name: $name ${more} }) {
        snapshot { id name checksum size evaluationCount runCount citation isShipped createdAt dataset { name } added }
      } }`,
      { name },
      key,
    )
  const { data, errors } = await create('paper-2026')
  assert.deepEqual(errors, [])
  const { snapshot } = data.createSnapshot
  assert.deepEqual([snapshot.evaluationCount, snapshot.runCount, snapshot.isShipped], [48, 144, false])
  const download = async (kind: string, headers = {}) =>
    api.app.http.inject({ method: 'GET', url: `/export/synthetic@paper-2026.${kind}`, headers })
  const before = await Promise.all(['jsonl', 'csv', 'parquet'].map((kind) => download(kind)))
  for (const answer of before) assert.equal(answer.statusCode, 200)
  assert.equal(createHash('sha256').update(before[0].rawPayload).digest('hex'), snapshot.checksum)
  assert.equal(before[0].rawPayload.length, snapshot.size)
  const lines = before[0].body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ expression }) => expression),
    lines.map(({ expression }) => expression).sort(),
  )
  assert.equal(lines[0].runs.length, 3)
  const file = before[2].rawPayload
  const rows = await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer,
  })
  assert.deepEqual(
    rows.map(({ expression }) => expression),
    lines.map(({ expression }) => expression),
  )

  // The leaderboard is that of the dataset at that moment, page by page, by every metric.
  for (const metric of ['VALIDATION_ACCURACY', 'TEST_LOSS', 'RUNTIME']) {
    const live = await api.ask(
      `query ($metric: Metric) { dataset(name: "synthetic") { leaderboard(metric: $metric, first: 200) { nodes {
        expression rank(by: $metric) } } } }`.replace('(by: $metric)', ''),
      { metric },
    )
    const seen: { rank: number | null; value: number | null; expression: string }[] = []
    for (let after: string | null = null; ; ) {
      const page = await api.ask(LEADERBOARD, { name: 'paper-2026', metric, first: 7, after })
      const board = page.data.dataset.snapshot.leaderboard
      assert.equal(board.totalCount, 48)
      seen.push(...board.nodes)
      if (!board.pageInfo.hasNextPage) break
      after = board.pageInfo.endCursor
    }
    assert.equal(seen.length, 48)
    const backwards: typeof seen = []
    for (let before: string | null = null; ; ) {
      const page = await api.ask(LEADERBOARD, { name: 'paper-2026', metric, last: 20, before })
      const board = page.data.dataset.snapshot.leaderboard
      assert.equal(board.pageInfo.hasNextPage, before !== null)
      backwards.unshift(...board.nodes)
      if (!board.pageInfo.hasPreviousPage) break
      before = board.pageInfo.startCursor
    }
    assert.deepEqual(backwards, seen)
    assert.equal(new Set(seen.map(({ expression }) => expression)).size, 48)
    assert.equal(live.data.dataset.leaderboard.nodes.length, 48)
    const sign = metric === 'VALIDATION_ACCURACY' ? -1 : 1
    const values = seen.flatMap(({ value }) => (value === null ? [] : [value]))
    assert.deepEqual(
      values,
      [...values].sort((a, b) => sign * (a - b)),
    )
    for (const { rank, value } of seen) {
      assert.equal(rank, value === null ? null : 1 + values.filter((each) => sign * (each - value) < 0).length)
    }
  }

  await api.database.pool.query(`UPDATE evaluations SET validation_accuracy = 0.99 WHERE expression = 'relu(x)'`)
  await api.database.pool.query(`UPDATE datasets SET title = 'Other', citation = '@misc{later}'`)
  const after = await Promise.all(['jsonl', 'csv', 'parquet'].map((kind) => download(kind)))
  assert.deepEqual(
    after.map(({ rawPayload }) => rawPayload),
    before.map(({ rawPayload }) => rawPayload),
  )
  assert.ok(!snapshot.citation.includes('later'))
  const packed = await download('jsonl', { 'accept-encoding': 'gzip' })
  assert.deepEqual(gunzipSync(packed.rawPayload), before[0].rawPayload)
  const part = await download('parquet', { range: 'bytes=-8' })
  assert.deepEqual([part.statusCode, part.rawPayload], [206, file.subarray(-8)])
  const middle = await download('jsonl', { range: 'bytes=5-20' })
  assert.deepEqual([middle.statusCode, middle.body], [206, before[0].body.slice(5, 21)])
  const unchanged = await download('csv', { 'if-none-match': String(before[1].headers.etag) })
  assert.deepEqual([unchanged.statusCode, unchanged.body], [304, ''])
  assert.match(
    (await download('bib')).body,
    new RegExp(`@misc\\{synthetic-paper-2026,[^]*SHA-256 ${snapshot.checksum}`),
  )

  // Names are not used again; a repetition with the same idempotency key returns the same snapshot.
  assert.equal((await create('paper-2026')).errors[0].extensions.code, 'CONFLICT')
  const second = await create('2', admin, ', idempotencyKey: "k"')
  assert.equal(second.data.createSnapshot.snapshot.added, 0)
  const again = await create('2', admin, ', idempotencyKey: "k"')
  assert.equal(again.data.createSnapshot.snapshot.id, second.data.createSnapshot.snapshot.id)
  for (const name of ['', 'A', 'a@b', '-a', 'a/b', 'x'.repeat(65), '\0']) {
    assert.equal((await create(name)).errors[0].extensions.code, 'BAD_USER_INPUT', name)
  }
  assert.equal((await create('mine', await api.createKey('DATASET'))).errors[0].extensions.code, 'FORBIDDEN')
  assert.equal((await create('mine', await api.createKey('TRAIN'))).errors[0].extensions.code, 'FORBIDDEN')
})

test('a deleted snapshot leaves its name, checksum and reason, and its address answers 410', async (t) => {
  const api = await openTestApi(t)
  const owner = await createViewer(api.database, 'owner', ['DATASET'])
  const about = { title: 'Own', description: 'Runs.', architecture: 'n', task: 't' }
  await createDataset(api.database, owner, { name: 'own', ...about })
  const empty = createSnapshot(api.database, owner, { dataset: 'own', name: '1' })
  await assert.rejects(empty, { code: 'CONFLICT' })
  await addEvaluations(api.database, owner, {
    dataset: 'own',
    rows: [{ expression: 'relu(x)', validationAccuracy: 0.5 }] as never,
  })
  const made = await createSnapshot(api.database, owner, { dataset: 'own', name: null })
  const next = await createSnapshot(api.database, owner, { dataset: 'own', name: null })
  assert.deepEqual([made.name, next.name, next.checksum], ['1', '2', made.checksum])
  const remove = (key: string) =>
    api.ask(
      'mutation { deleteSnapshot(input: { dataset: "own", name: "1", reason: "wrong labels" }) { snapshot { checksum deletionReason leaderboard { totalCount nodes { rank } } } } }',
      {},
      key,
    )
  assert.equal((await remove(await api.createKey('DATASET'))).errors[0].extensions.code, 'FORBIDDEN')
  const admin = await api.createKey('ADMIN')
  const { data } = await remove(admin)
  assert.deepEqual(data.deleteSnapshot.snapshot, {
    ...{ checksum: made.checksum, deletionReason: 'wrong labels', leaderboard: { totalCount: 0, nodes: [] } },
  })
  assert.equal((await remove(admin)).errors[0].extensions.code, 'CONFLICT')
  const gone = await api.app.http.inject('/export/own@1.jsonl')
  assert.equal(gone.statusCode, 410)
  assert.match(gone.json().errors[0].message, /wrong labels/)
  assert.equal(gone.json().errors[0].extensions.checksum, made.checksum)
  assert.equal((await api.app.http.inject('/export/own@2.csv')).statusCode, 200)
  assert.equal((await api.app.http.inject('/export/own@3.csv')).statusCode, 404)
  await assert.rejects(createSnapshot(api.database, owner, { dataset: 'own', name: '1' }), { code: 'CONFLICT' })

  // Nobody changes what is kept, and the deletion of the dataset leaves the names.
  for (const statement of [
    `UPDATE snapshots SET checksum = decode(repeat('00', 32), 'hex') WHERE name = '2'`,
    `UPDATE snapshots SET deletion_reason = 'other' WHERE name = '1'`,
    `DELETE FROM snapshots`,
    `DELETE FROM snapshot_parts`,
    `UPDATE snapshot_files SET size = 1`,
  ]) {
    await assert.rejects(api.database.pool.query(statement), { code: '23514' }, statement)
  }
  assert.equal((await api.ask('mutation { deleteDataset(name: "own") { name } }', {}, admin)).errors.length, 0)
  const later = await api.app.http.inject('/export/own@2.csv')
  assert.equal(later.statusCode, 410)
  assert.match(later.json().errors[0].message, /its dataset was deleted/)
  const left = await api.database.pool.query('SELECT count(*)::int AS parts FROM snapshot_parts')
  assert.equal(left.rows[0].parts, 0)
  await createDataset(api.database, owner, { name: 'own', ...about })
  await addEvaluations(api.database, owner, {
    dataset: 'own',
    rows: [{ expression: 'elu(x)', validationAccuracy: 0.5 }] as never,
  })
  assert.equal((await createSnapshot(api.database, owner, { dataset: 'own', name: null })).name, '3')
  const listed = await api.ask(
    '{ dataset(name: "own") { snapshots { nodes { name } totalCount } snapshot(name: "2") { name } } }',
  )
  assert.deepEqual(listed.data.dataset, { snapshots: { nodes: [{ name: '3' }], totalCount: 1 }, snapshot: null })
})

test('each shipped version becomes a snapshot with the same checksum in every database, and with that of a fresh copy', async (t) => {
  const folder = join(makeFolder(), 'seed')
  writeSeedFolder(join(folder, 'mini-test'), makeSeedManifest(), makeSeedData())
  const database = await openWithoutSpace(t)
  await importSeed(database, { seedFolder: folder })
  await importShippedSnapshots(database, { seedFolder: folder })
  const [shipped] = await database.prisma.snapshot.findMany()
  assert.deepEqual([shipped.name, shipped.isShipped, shipped.evaluationCount, shipped.runCount], ['v1', true, 3, 4])
  const viewer = await createViewer(database, 'admin', ['ADMIN'])
  const copy = await createSnapshot(database, viewer, { dataset: 'mini-test', name: 'copy' })
  assert.equal(copy.checksum, Buffer.from(shipped.checksum).toString('hex'))
  assert.deepEqual(await importShippedSnapshots(database, { seedFolder: folder }), [])

  // A database that has trained something, of an older version that made no snapshots.
  const other = await openWithoutSpace(t)
  await importSeed(other, { seedFolder: folder })
  await importShippedSnapshots(other, { seedFolder: folder })
  await other.pool.query('ALTER TABLE snapshots DISABLE TRIGGER USER; ALTER TABLE snapshot_parts DISABLE TRIGGER USER;')
  await other.pool.query(
    'ALTER TABLE snapshot_files DISABLE TRIGGER USER; ALTER TABLE snapshot_orders DISABLE TRIGGER USER;',
  )
  await other.pool.query('DELETE FROM snapshots')
  await other.pool.query(`DELETE FROM settings WHERE name LIKE '%snapshot%'`)
  await other.pool.query(`INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, validation_accuracy)
    SELECT id, dataset_id, activation_id, '1', 77, 0.9 FROM evaluations`)
  await importShippedSnapshots(other, { seedFolder: folder })
  const [upgraded] = await other.prisma.snapshot.findMany()
  assert.deepEqual([upgraded.name, upgraded.checksum], ['v1', shipped.checksum])

  // Other files of the same version get a snapshot of their own.
  const data = makeSeedData()
  writeSeedFolder(join(folder, 'mini-test'), makeSeedManifest('Other'), { ...data, runs: data.runs.slice(1) })
  await importSeed(database, { seedFolder: folder })
  await importShippedSnapshots(database, { seedFolder: folder })
  const names = await database.prisma.snapshot.findMany({ orderBy: { id: 'asc' } })
  assert.deepEqual(
    names.map(({ name }) => name),
    ['v1', 'copy', 'v1.1'],
  )
})
