import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBestSurrogates } from '../../../src/db/surrogates/find-surrogates.js'
import { cleanUp, countDeletable, DELETED_KINDS } from '../../../src/services/retention/clean-up.js'
import { openRetentionWatch } from '../../../src/services/retention/retention-watch.js'
import { openTestDatabase } from '../../support/database.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { waitUntil } from '../../support/wait-until.js'

const DEFAULTS = { jobsDays: 90, searchesDays: 0, surrogates: 10 }
const NOTHING = Object.fromEntries(DELETED_KINDS.map((what) => [what, 0]))
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

test('ended trainings are deleted after their time; their runs and curves stay', async (t) => {
  const database = await openTestDatabase(t)
  const { prisma } = database
  const dataset = await createTrainable(database)
  const activation = await prisma.activation.create({
    data: {
      identity: new Uint8Array(32),
      identityVersion: 2,
      expression: 'relu(x)',
      depth: 1,
      isFinite: true,
      isConstant: false,
    },
  })
  const part = { datasetId: dataset.id, activationId: activation.id, expression: 'relu(x)' }
  const job = { ...part, datasetVersion: dataset.version, attempts: 1 }
  const ended = { state: 'SUCCEEDED' as const, startedAt: daysAgo(100) }
  const old = await prisma.trainingJob.create({ data: { ...job, ...ended, seed: 0, finishedAt: daysAgo(91) } })
  const recent = await prisma.trainingJob.create({ data: { ...job, ...ended, seed: 1, finishedAt: daysAgo(89) } })
  const waiting = await prisma.trainingJob.create({ data: { ...job, seed: 2, createdAt: daysAgo(1000) } })
  const failed = await prisma.trainingJob.create({
    data: { ...job, ...ended, state: 'FAILED', failure: 'x', seed: 3, finishedAt: daysAgo(91) },
  })
  await prisma.trainingJobEpoch.create({ data: { trainingJobId: failed.id, epoch: 1 } })
  const evaluation = await prisma.evaluation.create({ data: { ...part, origin: 'TRAINED', validationAccuracy: 0.5 } })
  const run = await prisma.run.create({
    data: {
      ...{ datasetId: dataset.id, activationId: activation.id, datasetVersion: dataset.version, seed: 0 },
      ...{ evaluationId: evaluation.id, trainingJobId: old.id, epochs: { create: { epoch: 1, trainLoss: 1 } } },
    },
  })
  assert.deepEqual(await countDeletable(database, DEFAULTS), { ...NOTHING, training_jobs: 2 })
  assert.deepEqual(await countDeletable(database, { ...DEFAULTS, jobsDays: 0 }), NOTHING)
  assert.deepEqual(await cleanUp(database, DEFAULTS), { ...NOTHING, training_jobs: 2 })
  const left = await prisma.trainingJob.findMany({ orderBy: { id: 'asc' } })
  assert.deepEqual(
    left.map(({ id }) => id),
    [recent.id, waiting.id],
  )
  const kept = await prisma.run.findUniqueOrThrow({ where: { id: run.id }, include: { epochs: true } })
  assert.deepEqual([kept.trainingJobId, kept.epochs.length], [null, 1])
  assert.equal(await prisma.trainingJobEpoch.count(), 0)
  assert.deepEqual(await cleanUp(database, DEFAULTS), NOTHING)
})

test('old surrogates lose their artifacts, never the one that answers nor one of a leased suggestion', async () => {
  const { database, fitted, begin, ask } = await openSearchFixture()
  const { prisma } = database
  const search = await begin({})
  const { suggestions } = await ask(search.id, { count: 1 })
  const leased = await prisma.surrogate.findFirstOrThrow({ where: { datasetId: fitted.id, state: 'READY' } })
  await prisma.suggestion.update({ where: { id: suggestions[0].id }, data: { surrogateId: leased.id } })
  const { id: _, version: first, features, qualityQuarters: _parts, ...row } = leased
  const versions = [leased.id]
  for (let version = first + 1; version <= first + 4; version++) {
    const copy = await prisma.surrogate.create({ data: { ...row, features, version } })
    await prisma.surrogateArtifact.create({ data: { surrogateId: copy.id, bytes: new Uint8Array(8) } })
    await prisma.surrogatePoint.create({ data: { surrogateId: copy.id, activationId: suggestions[0].activationId } })
    versions.push(copy.id)
  }
  const failure = { state: 'FAILED' as const, failure: 'x', createdAt: daysAgo(91) }
  const fields = { datasetId: fitted.id, algorithm: 'GAUSSIAN_PROCESS' as const, ...failure }
  await prisma.surrogate.create({ data: { ...fields, version: first + 5 } })
  const newest = await prisma.surrogate.create({ data: { ...fields, version: first + 6 } })

  const settings = { ...DEFAULTS, surrogates: 2 }
  const expected = { ...NOTHING, surrogate_artifacts: 2, failed_fits: 1 }
  assert.deepEqual(await countDeletable(database, settings), expected)
  assert.deepEqual(await cleanUp(database, settings), expected)
  const artifacts = await prisma.surrogateArtifact.findMany({ orderBy: { surrogateId: 'asc' } })
  assert.deepEqual(
    artifacts.map(({ surrogateId }) => surrogateId),
    [versions[0], versions[3], versions[4]],
  )
  assert.ok((await prisma.surrogatePoint.count({ where: { surrogateId: leased.id } })) > 0)
  assert.equal(await prisma.surrogatePoint.count({ where: { surrogateId: { in: versions.slice(1, 3) } } }), 0)
  assert.equal(await prisma.surrogate.count({ where: { id: { in: versions } } }), 5)
  assert.equal((await findBestSurrogates(database.kysely, [fitted.id]))[0]?.id, versions[4])
  assert.ok(await prisma.surrogate.findUnique({ where: { id: newest.id } }))

  await prisma.search.update({ where: { id: search.id }, data: { state: 'STOPPED' } })
  assert.deepEqual(await cleanUp(database, settings), { ...NOTHING, surrogate_artifacts: 1 })
})

test('searches stay for ever by default, and for the days that the operator sets', async () => {
  const { database, begin, ask } = await openSearchFixture()
  const { prisma } = database
  const searches = [await begin({}), await begin({}), await begin({})]
  await ask(searches[0].id, { count: 2 })
  const end = (id: number, days: number) =>
    prisma.search.update({ where: { id }, data: { state: 'STOPPED', updatedAt: daysAgo(days) } })
  await end(searches[0].id, 400)
  await end(searches[1].id, 10)
  await prisma.search.update({ where: { id: searches[2].id }, data: { updatedAt: daysAgo(4000) } })
  const evaluations = await prisma.evaluation.count()
  assert.deepEqual(await cleanUp(database, DEFAULTS), NOTHING)
  assert.deepEqual(await cleanUp(database, { ...DEFAULTS, searchesDays: 365 }), { ...NOTHING, searches: 1 })
  assert.deepEqual(
    (await prisma.search.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id),
    [searches[1].id, searches[2].id],
  )
  assert.equal(await prisma.suggestion.count(), 0)
  assert.equal(await prisma.evaluation.count(), evaluations)

  // A server does the same by itself, in batches.
  await end(searches[1].id, 500)
  const deleted: unknown[] = []
  const watch = openRetentionWatch(
    database,
    { ...DEFAULTS, searchesDays: 365 },
    {
      pauseSeconds: 0.05,
      onDeleted: (what, count) => deleted.push([what, count]),
      onError: (error) => deleted.push(error),
    },
  )
  await waitUntil(() => deleted.length > 0)
  await watch.close()
  assert.deepEqual(deleted, [['searches', 1]])
})

test('two processes that clean up at once delete each row once', async (t) => {
  const database = await openTestDatabase(t)
  const dataset = await createTrainable(database)
  await database.pool.query(
    `WITH a AS (INSERT INTO activations (identity, identity_version, expression, depth, is_finite, is_constant)
       VALUES (sha256('x'), 2, 'relu(x)', 1, true, false) RETURNING id)
     INSERT INTO training_jobs (dataset_id, dataset_version, activation_id, expression, seed, state, finished_at)
     SELECT $1, '1', a.id, 'relu(x)', n, 'CANCELLED', now() - interval '1 year' FROM a, generate_series(1, 1200) n`,
    [dataset.id],
  )
  const counts = await Promise.all([cleanUp(database, DEFAULTS), cleanUp(database, DEFAULTS)])
  const rest = await cleanUp(database, DEFAULTS)
  const total = [...counts, rest].reduce((sum, { training_jobs }) => sum + training_jobs, 0)
  assert.equal(total, 1200)
  assert.equal(await database.prisma.trainingJob.count(), 0)
})
