import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import {
  computeSyntheticAccuracy,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../support/fixtures/learning-fixture.js'
import { makeFolder } from '../support/folder.js'

const simulate = (output: string, ...more: string[]) =>
  runActbench(['search', 'simulate', 'mini-cnn', '--algorithm', 'RANDOM', '--output', output, ...more], {})

test('simulate prints a table and writes curves; later seeds are added to the earlier ones', async () => {
  const output = join(makeFolder(), 'made', 'random')
  const first = await simulate(output, '--seed', '0-2')
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stderr, /^values: medians$/m)
  assert.match(first.stdout, /^\| algorithm .*\n\|-+.*\n\| RANDOM +\| \d+\.\d /)
  const read = () => JSON.parse(readFileSync(`${output}.json`, 'utf8'))
  const before = read()
  assert.equal(before.runs.length, 3)
  assert.equal(before.value, 'median')
  assert.match(readFileSync(`${output}.svg`, 'utf8'), /^<svg .*<\/svg>\n$/s)
  const second = await simulate(output, '--seed', '0-4')
  assert.match(second.stderr, /3 of 5 searches done/)
  assert.deepEqual(read().runs.slice(0, 3), before.runs)
  assert.equal(read().runs.length, 5)
})

test('a dataset of the database is simulated too', async () => {
  const database = await openTestDatabase()
  const functions = await storeFunctions(database, listFunctions(60))
  const measured = functions.slice(0, 50)
  await createSyntheticDataset(database, { name: 'stored', spectra: functions.slice(5), measured })
  const output = join(makeFolder(), 'stored')
  const command = ['search', 'simulate', 'stored', '--source', 'database', '--seed', '0-1', '--share', '1']
  const environment = { DATABASE_URL: database.url }
  const { status, stdout, stderr } = await runActbench([...command, '--output', output], environment)
  assert.equal(status, 0, stderr)
  assert.match(stderr, /50 measured functions/)
  for (const algorithm of ['RANDOM', 'REGULARIZED_EVOLUTION', 'SURROGATE', 'EXPECTED_IMPROVEMENT', 'UMAP_KNN']) {
    assert.match(stdout, new RegExp(`^\\| ${algorithm} `, 'm'))
  }
  const best = Math.max(...measured.map(({ described }) => computeSyntheticAccuracy(described.outputs)))
  const { runs } = JSON.parse(readFileSync(`${output}.json`, 'utf8'))
  assert.equal(runs.length, 10)
  for (const run of runs) {
    assert.equal(run.functions, 50)
    assert.ok(Math.abs(run.improvements.at(-1)[2] - best) < 1e-12)
  }
  const { id: evaluationId, datasetId, activationId } = await database.prisma.evaluation.findFirstOrThrow()
  const run = { evaluationId, datasetId, activationId, seed: 3, validationAccuracy: 0.5 }
  await database.prisma.run.createMany({
    data: ['1', 'old'].map((datasetVersion) => ({ ...run, datasetVersion, seed: datasetVersion === '1' ? 3 : 4 })),
  })
  for (const [value, without] of [
    ['seed=3', 49],
    ['seed=4', 50],
  ]) {
    const asked = ['--algorithm', 'RANDOM', '--value', `${value}`, '--output', `${output}-${value}`]
    const { stderr: seen } = await runActbench([...command, ...asked], environment)
    assert.match(seen, new RegExp(`^values: the run with ${value} \\(medians of ${without} without one\\)$`, 'm'))
  }
  const unknown = await runActbench(['search', 'simulate', 'nowhere', '--source', 'database'], environment)
  assert.equal(unknown.status, 1)
  assert.match(unknown.stderr, /^actbench: .*nowhere/)
})

test('searches see the runs that are asked for, and the file, the chart and the output say which', async () => {
  const output = join(makeFolder(), 'seen')
  const command = ['--seed', '0-1', '--budget', '20', '--value']
  for (const [value, words] of [
    ['random', 'one random run each'],
    ['mean', 'means'],
    ['best', 'the best run each'],
    // Two of three functions have one run, with seed 0.
    ['seed=1', String.raw`the run with seed=1 \(medians of \d+ to \d+ without one\)`],
  ]) {
    const { status, stderr } = await simulate(`${output}-${value}`, ...command, value)
    assert.equal(status, 0, stderr)
    assert.match(stderr, new RegExp(`^values: ${words}$`, 'm'))
    const file = JSON.parse(readFileSync(`${output}-${value}.json`, 'utf8'))
    assert.equal(file.value, value)
    assert.equal(file.runs[0].withoutRun > 0, value === 'seed=1')
    assert.match(readFileSync(`${output}-${value}.svg`, 'utf8'), new RegExp(words))
  }
})

test('a search that does not reach the top 1% within its budget says so, also as JSON', async () => {
  const output = join(makeFolder(), 'short')
  const command = ['--seed', '0', '--budget', '1']
  const { stdout } = await simulate(output, ...command)
  assert.match(stdout, /\| RANDOM +\| not reached in 1 +\| > 1 +\| ≥ /)
  const [summary] = JSON.parse((await simulate(output, ...command, '--json')).stdout)
  assert.deepEqual(
    [summary.evaluations, summary.toTop.reached, summary.toTop.mean, summary.toTop.median],
    [1, 0, null, null],
  )
  assert.equal(summary.regret[10], null)
})

test('a file of other settings is not overwritten', async () => {
  const output = join(makeFolder(), 'random')
  await simulate(output, '--seed', '0')
  const before = readFileSync(`${output}.json`, 'utf8')
  const { status, stderr } = await simulate(output, '--seed', '0', '--share', '0.5')
  assert.equal(status, 1)
  assert.match(stderr, /holds something else .* remove it, or name another --output/)
  assert.equal(readFileSync(`${output}.json`, 'utf8'), before)
})

test('an unknown dataset, algorithm or share gives one line', async () => {
  const unknown = await runActbench(['search', 'simulate', 'nowhere'], {})
  assert.equal(unknown.status, 1)
  assert.match(unknown.stderr, /^actbench: dataset: expected one that ships with the product, got 'nowhere'$/m)
  for (const [option, value] of [
    ['--algorithm', 'BEST'],
    ['--share', '0'],
    ['--seed', 'x'],
    ['--value', 'worst'],
    ['--value', 'constructor'],
    ['--value', 'seed=-1'],
    ['--value', 'seed='],
  ]) {
    const { status, stderr } = await runActbench(['search', 'simulate', 'mini-cnn', option, value], {})
    assert.equal(status, 2)
    assert.match(stderr, /expected/)
  }
})
