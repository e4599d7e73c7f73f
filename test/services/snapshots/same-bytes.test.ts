import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OPERATOR } from '../../../src/commands/operator.js'
import { type Database, openDatabase } from '../../../src/db/connection/client.js'
import { applyMigrations, readMigrations } from '../../../src/db/connection/migrate.js'
import { backUpDatabase } from '../../../src/services/backup/back-up-database.js'
import { checkBackup, restoreDatabase } from '../../../src/services/backup/restore-database.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { cleanUp } from '../../../src/services/retention/clean-up.js'
import { createSnapshot } from '../../../src/services/snapshots/create-snapshot.js'
import { openTestApi } from '../../support/api.js'
import { openEmptyDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

const FORMATS = ['jsonl', 'csv', 'parquet']

test('a snapshot gives the same bytes after an upgrade, a restore and 1,000 further evaluations', async (t) => {
  // Data of a version that had no snapshots.
  const old = await openEmptyDatabase(t)
  const migrations = readMigrations()
  const earlier = migrations.filter(({ name }) => name < '20261129005744')
  await applyMigrations(old.url, earlier)
  await old.pool.query(`
    INSERT INTO datasets (name, version, title, description, architecture, task, origin, citation, updated_at)
      VALUES ('old', '1', 'Old', 'd', 'n', 't', 'REPORTED', '@misc{a, author = {Ada}}', now())`)
  await old.pool.query(`
    WITH f AS (INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
      SELECT decode(lpad(to_hex(i), 64, '0'), 'hex'), 2, 'param(' || i || ')*x', 1, '{}', true, false FROM generate_series(1, 300) i
      RETURNING id, expression)
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin, validation_accuracy, test_loss, updated_at)
      SELECT d.id, f.id, f.expression, 'REPORTED', f.id / 1000.0, 1.0 / f.id, now() FROM f, datasets d`)
  await old.pool.query(`
    INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, validation_accuracy, metadata)
      SELECT id, dataset_id, activation_id, '1', seed, validation_accuracy, '{"a": [1, "ü"]}' FROM evaluations, generate_series(0, 2) seed`)
  await applyMigrations(old.url)
  const snapshot = await createSnapshot(old, OPERATOR, { dataset: 'old', name: 'cited' })
  assert.deepEqual([snapshot.evaluationCount, snapshot.runCount], [300, 900])
  const first = await download(t, old)
  assert.equal(first[0], snapshot.checksum)

  // A backup, restored elsewhere.
  const file = join(makeFolder(), 'all.backup')
  await backUpDatabase(old, file)
  const target = await openEmptyDatabase(t)
  const restoring = openDatabase(target.url, { maxConnections: 2, applicationName: 'actbench-cli' })
  await restoreDatabase(restoring, await checkBackup(file), { replaces: false })
  await restoring.close()
  assert.deepEqual(await download(t, target), first)

  // 1,000 further evaluations and more runs of the functions that it has.
  const viewer = await createViewer(target, 'owner', ['DATASET'])
  await target.pool.query('UPDATE datasets SET api_key_id = $1', [viewer.apiKeyId])
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    expression: `elu(x)+${i + 1}*x`,
    seed: 1,
    validationAccuracy: i / 1000,
  }))
  await addEvaluations(target, viewer, { dataset: 'old', rows })
  assert.equal(await target.prisma.evaluation.count(), 1300)
  assert.deepEqual(await download(t, target), first)
  const next = await createSnapshot(target, OPERATOR, { dataset: 'old', name: null })
  assert.deepEqual([next.previousName, next.added, next.removed, next.changed], ['cited', 1000, 0, 0])

  // Whatever is deleted by age, and a later version that changes every row.
  await cleanUp(target, { jobsDays: 1, searchesDays: 1, surrogates: 1 })
  const sql = `ALTER TABLE evaluations ADD COLUMN more integer NOT NULL DEFAULT 1;
    UPDATE evaluations SET validation_accuracy = 0.5, expression = expression || ' ';
    UPDATE activations SET identity = sha256(identity), identity_version = 99;
    UPDATE runs SET metadata = NULL, seed = seed + 10;`
  await applyMigrations(target.url, [...migrations, { name: '29991231000000_later', sql }])
  assert.deepEqual(await download(t, target), first)
})

/** The SHA-256 of each file of the snapshot, as the service sends it. */
async function download(t: TestContext, database: Database): Promise<string[]> {
  const api = await openTestApi(t, database)
  const answers = await Promise.all(FORMATS.map((format) => api.app.http.inject(`/export/old@cited.${format}`)))
  return answers.map(({ statusCode, rawPayload }) => {
    assert.equal(statusCode, 200)
    return createHash('sha256').update(rawPayload).digest('hex')
  })
}
