import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { runActbench } from '../../support/actbench.js'
import { openTestDatabase } from '../../support/database.js'
import { makeMatrix } from '../../support/fixtures/spectra-files.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

test('a matrix and its expressions become spectra, and a wrong row is one line and a line of the report', async (t) => {
  const database = await openTestDatabase(t)
  const owner = await createViewer(database, 'owner', ['DATASET'])
  await createDataset(database, owner, {
    ...{ name: 'mine', title: 'Mine', description: 'd', architecture: 'MLP', task: 'digits' },
  })
  const folder = makeFolder()
  const [matrix, list, report] = ['spectra.npy', 'expressions.txt', 'report.jsonl'].map((name) => join(folder, name))
  writeFileSync(
    matrix,
    makeMatrix([
      [0, 0.5],
      [0.25, 1],
    ]),
  )
  writeFileSync(list, 'relu(x)\nRelu(x\n')
  const run = (...args: string[]) =>
    runActbench(['import-spectra', 'mine', matrix, list, ...args], { DATABASE_URL: database.url })
  const refused = await run('--report', report)
  assert.deepEqual([refused.status, refused.stdout], [1, ''])
  assert.match(
    refused.stderr,
    /^actbench: 1 of 2 rows are wrong, so nothing was stored; the first: row 2 \(line 2 of the expressions\): "Relu\(x" is not /m,
  )
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).suggestion, 'relu(x)')
  assert.equal(await database.prisma.fisherSpectrum.count(), 0)

  const stored = await run('--skip-wrong', '--json')
  const { added, wrong, length, issues } = JSON.parse(stored.stdout)
  assert.deepEqual([added, wrong, length, issues[0].code], [1, 1, 2, 'UNUSABLE_EXPRESSION'])
})
