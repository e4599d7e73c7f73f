import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listSeedManifests, readSeedData, writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { refitShipped } from '../../../src/services/shipped-data/refit-shipped.js'
import { FIT_METHOD } from '../../../src/services/surrogates/record-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'
import { makeRun, makeSeedManifest } from '../../support/seed.js'

const TEXTS = [
  'relu(x)',
  'tanh(x)',
  'exp(x)',
  'expm1(x)',
  'sigmoid(x)',
  'swish(x)',
  'elu(x)',
  'selu(x)',
  'erf(x)',
  'abs(x)',
  'cosh(x)',
]

test('the surrogates of a shipped dataset are fitted to its files, and only their files change', async (t) => {
  const database = await openTestDatabase(t)
  const seedFolder = makeFolder()
  const folder = join(seedFolder, 'mini-test')
  const runs = TEXTS.map((text, index) => makeRun(text, 0, 0.5 + index / 100))
  writeSeedFolder(folder, makeSeedManifest(), { entries: [], runs, spectra: [], surrogates: [] })
  const before = readFileSync(join(folder, 'runs.jsonl.gz'))
  await assert.rejects(refitShipped(database, { seedFolder, dataset: 'other' }), { code: 'NOT_FOUND' })
  const surrogates = await refitShipped(database, { seedFolder, dataset: 'mini-test' })
  assert.deepEqual(surrogates.map(({ algorithm }) => algorithm).sort(), ['GAUSSIAN_PROCESS', 'UMAP_KNN'])
  const [{ manifest }] = listSeedManifests(seedFolder)
  assert.equal(manifest.surrogateMethod, FIT_METHOD)
  assert.deepEqual(readFileSync(join(folder, 'runs.jsonl.gz')), before)
  const read = readSeedData(folder, manifest).surrogates
  assert.deepEqual(
    read.map(({ method, quality }) => [method, quality.functions, quality.quarters?.length]),
    [FIT_METHOD, FIT_METHOD].map((method) => [method, TEXTS.length, 4]),
  )
  await assert.rejects(refitShipped(database, { seedFolder, dataset: 'mini-test' }), { code: 'CONFLICT' })
})
