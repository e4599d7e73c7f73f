import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { listOneOperatorExpressions } from '../../../src/activations/one-operator-expressions.js'
import { computeActBenchClasses } from '../../../src/datasets/act-bench-space.js'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { formatSpectrumLine } from '../../../src/datasets/shipped/spectrum-line.js'
import { computeSpaceClasses } from '../../../src/datasets/space-classes.js'
import type { Database } from '../../../src/db/connection/client.js'
import { findSeedNoise } from '../../../src/db/evaluations/find-noise.js'
import { refreshMedians } from '../../../src/db/evaluations/refresh-medians.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { exportSeed } from '../../../src/services/shipped-data/export-seed.js'
import { importSeed, importShippedSnapshots } from '../../../src/services/shipped-data/import-seed.js'
import { createSnapshot } from '../../../src/services/snapshots/create-snapshot.js'
import { getSnapshot } from '../../../src/services/snapshots/get-snapshot.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'
import {
  END_REASON,
  LEARNED_PARAMETERS,
  makeRun,
  makeSeedData,
  makeSeedManifest,
  openWithoutSpace,
} from '../../support/seed.js'

test('the Act-Bench space is imported once, with classes, outputs and every spelling', async (t) => {
  const database = await openTestDatabase(t)
  const seedFolder = makeFolder()
  const [operators, space, ...others] = await importSeed(database, { seedFolder })
  const ofOneOperator = computeSpaceClasses(listOneOperatorExpressions())
  assert.deepEqual([operators.name, operators.activations], ['operators', ofOneOperator.length])
  assert.deepEqual([space.name, space.activations, others], ['act-bench-space', 3217, []])
  const ofSpace = computeActBenchClasses()
  const classes = new Map([...ofOneOperator, ...ofSpace].map((each) => [each.identity, each]))
  const { rows } = await database.pool.query(`SELECT (SELECT count(*)::int FROM activations) AS activations,
    (SELECT count(*)::int FROM activations WHERE is_finite) AS finite,
    (SELECT count(*)::int FROM expressions) AS expressions, (SELECT count(*)::int FROM activation_outputs) AS outputs`)
  assert.deepEqual(rows[0], {
    activations: classes.size,
    finite: [...classes.values()].filter((each) => each.isFinite).length,
    expressions: 5832 + listOneOperatorExpressions().length,
    outputs: classes.size,
  })
  assert.equal(ofSpace.filter((each) => each.isFinite).length, 2830)
  assert.deepEqual(await importSeed(database, { seedFolder }), [])
})

test('a dataset of a client keeps its name and its rows, and the shipped one comes when the name is free', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  const { prisma } = database
  const viewer = await createViewer(database, 'client', ['ADMIN'])
  const described = { title: 'Mine', description: 'd', architecture: 'a', task: 't', searchSpace: [] }
  const own = await prisma.dataset.create({
    data: { ...described, name: 'mini-test', version: '1', origin: 'REPORTED', apiKeyId: viewer.apiKeyId },
  })
  const leftOut: string[] = []
  const start = () => importSeed(database, { seedFolder, onLeftOut: (name) => leftOut.push(name) })
  const names = (await start()).map(({ name }) => name)
  assert.ok(!names.includes('mini-test'))
  assert.deepEqual([...(await importShippedSnapshots(database, { seedFolder })), ...(await start())], [])
  assert.deepEqual(leftOut, ['mini-test', 'mini-test'])
  assert.deepEqual(await prisma.dataset.findUnique({ where: { id: own.id } }), own)
  assert.equal(await prisma.evaluation.count({ where: { datasetId: own.id } }), 0)
  await prisma.dataset.delete({ where: { id: own.id } })
  assert.deepEqual(
    (await start()).map(({ name }) => name),
    ['mini-test'],
  )
})

test('a shipped dataset is imported with evaluations, medians, runs, curves and spectra', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  const [imported] = (await importSeed(database, { seedFolder })).slice(-1)
  assert.deepEqual([imported.name, imported.evaluations, imported.runs], ['mini-test', 3, 4])
  const { prisma } = database
  const dataset = await prisma.dataset.findUniqueOrThrow({ where: { name: 'mini-test' } })
  assert.deepEqual([dataset.origin, dataset.trainable, dataset.fisherSpectrumLength], ['TRAINED', true, 4])
  const relu = await prisma.evaluation.findFirstOrThrow({
    where: { expression: 'relu(x)' },
    include: { runs: { include: { epochs: true }, orderBy: { seed: 'asc' } } },
  })
  // The median of runs with 0.5 and 0.7.
  assert.equal(relu.validationAccuracy, 0.6)
  assert.equal(relu.origin, 'TRAINED')
  assert.deepEqual(
    relu.runs.map((run) => [run.seed, run.validationAccuracy, run.epochs.length]),
    [
      [0, 0.5, 2],
      [1, 0.7, 2],
    ],
  )
  const spectra = await prisma.fisherSpectrum.findMany({
    include: { activation: true },
    orderBy: { activationId: 'asc' },
  })
  const described = spectra.map((spectrum) => [
    spectrum.activation.expression,
    spectrum.values?.length,
    spectrum.reason,
  ])
  assert.deepEqual(
    new Set(described.map(String)),
    new Set(['relu(x),16,', 'mish(x),16,', 'square(square(x)),,no layer']),
  )
})

test('functions of the literature next to a dataset are added to it, once, also to a database that has the dataset', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const spectrum = { dataset: 'mini-test', version: '1', expression: 'mul(x,cos(x))', reason: null }
  const write = (lines: readonly string[]) =>
    writeFileSync(join(seedFolder, 'mini-test/literature.jsonl.gz'), gzipSync(lines.join('\n')))
  const lines = [
    JSON.stringify(makeRun('mul(x,cos(x))', 0, 0.8)),
    JSON.stringify(makeRun('relu(x)', 0, 0.1)),
    formatSpectrumLine({ ...spectrum, values: Float32Array.of(0, 0, 1, 1) }),
  ]
  write(lines)
  const [imported, ...others] = await importSeed(database, { seedFolder })
  assert.deepEqual([imported.name, imported.runs], ['mini-test, functions of the literature', 1])
  assert.deepEqual(others, [])
  assert.deepEqual(await importSeed(database, { seedFolder }), [])
  const { prisma } = database
  const added = await prisma.evaluation.findFirstOrThrow({
    where: { expression: 'mul(x,cos(x))' },
    include: { runs: true, dataset: true, activation: { include: { fisherSpectra: true } } },
  })
  assert.deepEqual([added.validationAccuracy, added.dataset.name, added.dataset.version], [0.8, 'mini-test', '1'])
  assert.deepEqual([added.runs.length, added.activation.fisherSpectra.length], [1, 1])
  // A run that is stored stays.
  const relu = await prisma.evaluation.findFirstOrThrow({ where: { expression: 'relu(x)' } })
  assert.equal(relu.validationAccuracy, 0.6)
  write([...lines, JSON.stringify(makeRun('sin(x)', 0, 0.7))])
  assert.equal((await importSeed(database, { seedFolder }))[0]?.runs, 1)
  write([JSON.stringify({ ...makeRun('cos(x)', 0, 0.7), version: '2' })])
  await assert.rejects(
    importSeed(database, { seedFolder }),
    /expected mini-test version 1, got a line of mini-test version 2/,
  )
})

test('a baseline gets its short spelling as the representative of its class', async (t) => {
  const { database, seedFolder } = await openSeeded(t, openTestDatabase)
  await importSeed(database, { seedFolder })
  const { activation } = await database.prisma.expression.findUniqueOrThrow({
    where: { text: 'relu(identity(x))' },
    include: { activation: { include: { expressions: true } } },
  })
  assert.equal(activation.expression, 'relu(x)')
  assert.equal(activation.depth, 1)
  assert.ok(activation.expressions.some((expression) => expression.text === 'max(zero(x),identity(x))'))
})

test('two processes that start together import everything once', async (t) => {
  const { database, seedFolder } = await openSeeded(t, openTestDatabase)
  const results = await Promise.all([importSeed(database, { seedFolder }), importSeed(database, { seedFolder })])
  assert.deepEqual(
    results
      .flat()
      .map((seed) => seed.name)
      .sort(),
    ['act-bench-space', 'mini-test', 'operators'],
  )
  assert.equal(await database.prisma.run.count(), 4)
})

test('the snapshot of a shipped dataset is made once, after the import, also by two processes and after a kill', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const names = async () =>
    (await database.prisma.snapshot.findMany({ orderBy: { id: 'asc' } })).map(({ name }) => name)
  const admin = await createViewer(database, 'admin', ['ADMIN'])
  const ask = () => getSnapshot(database.kysely, { dataset: 'mini-test', name: 'v1' })
  await assert.rejects(ask(), {
    ...{ code: 'SERVICE_UNAVAILABLE', extensions: { retryAfterSeconds: 2 } },
    message: /^the snapshot v1 of mini-test is not made yet; .* ask again in 2 s$/,
  })
  await assert.rejects(getSnapshot(database.kysely, { dataset: 'mini-test', name: 'paper' }), { code: 'NOT_FOUND' })
  // Nobody else takes its name meanwhile.
  await assert.rejects(createSnapshot(database, admin, { dataset: 'mini-test', name: 'v1' }), {
    code: 'SERVICE_UNAVAILABLE',
  })
  await createSnapshot(database, admin, { dataset: 'mini-test', name: 'paper' })
  // A process that dies in between leaves nothing; the next one makes the snapshot.
  await database.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON snapshots FOR EACH ROW EXECUTE FUNCTION fail()`)
  await assert.rejects(importShippedSnapshots(database, { seedFolder }), /killed/)
  await database.pool.query('DROP TRIGGER fail ON snapshots')
  await assert.rejects(ask(), { code: 'SERVICE_UNAVAILABLE' })
  const made = await Promise.all([1, 2, 3].map(() => importShippedSnapshots(database, { seedFolder })))
  assert.deepEqual(
    made.flat().map(({ name, snapshots }) => [name, snapshots]),
    [['mini-test, snapshot', 1]],
  )
  assert.deepEqual(await names(), ['paper', 'v1'])
  assert.equal((await ask()).isShipped, true)
  assert.deepEqual(await importShippedSnapshots(database, { seedFolder }), [])
  await assert.rejects(getSnapshot(database.kysely, { dataset: 'mini-test', name: 'v9' }), { code: 'NOT_FOUND' })
})

test('a shipped dataset that was deleted before its snapshot gets none', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const admin = await createViewer(database, 'admin', ['ADMIN'])
  await deleteDataset(database, admin, 'mini-test')
  assert.deepEqual(await importShippedSnapshots(database, { seedFolder }), [])
  assert.equal(await database.prisma.snapshot.count(), 0)
})

test('a newer form of a dataset adds new rows, replaces shipped rows and keeps rows that were trained here', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const { prisma } = database
  const before = await prisma.evaluation.findFirstOrThrow({ where: { expression: 'relu(x)' } })
  const { datasetId, activationId, id: evaluationId } = before
  const trained = { datasetId, activationId, datasetVersion: '1', seed: 2 }
  const job = await prisma.trainingJob.create({ data: { ...trained, expression: 'relu(x)' } })
  const own = { ...trained, evaluationId, trainingJobId: job.id, validationAccuracy: 0.9 }
  await prisma.run.create({ data: own })
  const data = makeSeedData()
  // With the other recipe, the run with seed 1 had 0.7.
  const kept = data.runs.filter(({ expression, seed }) => expression !== 'relu(x)' || seed !== 1)
  const changed = makeRun('relu(x)', 1, 0.6)
  const newRuns = [...kept, changed, makeRun('relu(x)', 2, 0.1), makeRun('relu(x)', 3, 0.8), makeRun('tanh(x)', 0, 0.3)]
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest('A better title'), { ...data, runs: newRuns })
  const [imported] = await importSeed(database, { seedFolder })
  assert.deepEqual([imported.name, imported.runs], ['mini-test', 3])
  const include = { runs: { include: { epochs: true } } }
  const relu = await prisma.evaluation.findUniqueOrThrow({ where: { id: evaluationId }, include })
  assert.deepEqual(relu.runs.map((run) => run.validationAccuracy).sort(), [0.5, 0.6, 0.8, 0.9])
  assert.equal(relu.runs.find(({ seed }) => seed === 1)?.epochs.length, changed.epochs.length)
  assert.equal(relu.validationAccuracy, 0.7)
  assert.equal((await prisma.evaluation.findFirstOrThrow({ where: { expression: 'tanh(x)' } })).validationAccuracy, 0.3)
  assert.equal((await prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })).title, 'A better title')
})

test('a new version of a dataset replaces the shipped runs, and no median mixes two versions', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const { prisma } = database
  const { id, datasetId, activationId } = await prisma.evaluation.findFirstOrThrow({ where: { expression: 'relu(x)' } })
  const training = { datasetId, activationId, datasetVersion: '1', seed: 2 }
  const job = await prisma.trainingJob.create({ data: { ...training, expression: 'relu(x)' } })
  await prisma.run.create({ data: { ...training, evaluationId: id, trainingJobId: job.id, validationAccuracy: 0.9 } })
  const data = makeSeedData()
  const others = data.runs.filter(({ expression }) => expression !== 'relu(x)')
  const runs = [...others, makeRun('relu(x)', 0, 0.2), makeRun('relu(x)', 1, 0.4)]
  writeSeedFolder(join(seedFolder, 'mini-test'), { ...makeSeedManifest(), version: '2' }, { ...data, runs })
  await importSeed(database, { seedFolder })
  const include = { runs: { orderBy: { seed: 'asc' as const } }, dataset: true }
  const relu = await prisma.evaluation.findUniqueOrThrow({ where: { id }, include })
  assert.equal(relu.dataset.version, '2')
  assert.deepEqual(
    relu.runs.map((run) => [run.datasetVersion, run.validationAccuracy]),
    [
      ['2', 0.2],
      ['2', 0.4],
      ['1', 0.9],
    ],
  )
  assert.ok(Math.abs((relu.validationAccuracy ?? 0) - 0.3) < 1e-12)
  await refreshMedians(prisma.$kysely, id)
  const refreshed = await prisma.evaluation.findUniqueOrThrow({ where: { id } })
  assert.equal(refreshed.validationAccuracy, relu.validationAccuracy)
  const [noise] = await findSeedNoise(database.kysely, 'VALIDATION_ACCURACY', [datasetId])
  assert.deepEqual([noise?.evaluations, noise?.runs], [1, 2])
})

test('a damaged file is refused, and nothing of its dataset is stored', async (t) => {
  const { database, seedFolder } = await openSeeded(t, openTestDatabase)
  const file = join(seedFolder, 'mini-test', 'runs.jsonl.gz')
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]))
  await assert.rejects(importSeed(database, { seedFolder }), /runs\.jsonl\.gz: the file was changed; /)
  assert.equal(await database.prisma.dataset.count(), 0)
  assert.equal(await database.prisma.expression.count(), 5832 + listOneOperatorExpressions().length)
})

test('an imported dataset is exported with the same bytes', async (t) => {
  const { database, seedFolder } = await openSeeded(t)
  await importSeed(database, { seedFolder })
  const folder = makeFolder()
  const first = await exportSeed(database, { dataset: 'mini-test', folder, commands: ['actbench train mini-test'] })
  assert.deepEqual(first.counts, { evaluations: 3, runs: 4, spectra: 3 })
  const other = await openWithoutSpace(t)
  const parent = makeFolder()
  await exportSeed(database, { dataset: 'mini-test', folder: join(parent, 'mini-test'), commands: first.commands })
  await importSeed(other, { seedFolder: parent })
  const { learnedParameters, endReason } = await other.prisma.run.findFirstOrThrow({
    where: { evaluation: { expression: 'swish(erf(x))' } },
  })
  assert.deepEqual([learnedParameters, endReason], [LEARNED_PARAMETERS, END_REASON])
  const again = await exportSeed(other, { dataset: 'mini-test', folder: makeFolder(), commands: first.commands })
  assert.deepEqual(again, first)
})

async function openSeeded(
  t: TestContext,
  openDatabase: (t: TestContext) => Promise<Database> = openWithoutSpace,
): Promise<{ database: Database; seedFolder: string }> {
  const seedFolder = makeFolder()
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), makeSeedData())
  return { database: await openDatabase(t), seedFolder }
}
