import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { listSeedManifests, readSeedData } from '../../../src/datasets/shipped/seed-folder.js'
import { SHIPPED_DESCRIPTIONS } from '../../../src/datasets/shipped/shipped-descriptions.js'
import { chooseBest } from '../../../src/db/surrogates/find-surrogates.js'
import { PROJECT_ROOT } from '../../../src/root.js'

const surrogate = (version: number, spearman: number | null, trainedOn: number | null) => ({
  version,
  spearman,
  trainedOn,
})

test('the surrogate of the best measured quality answers', () => {
  const [map, process] = [surrogate(1, 0.841, 2405), surrogate(2, 0.938, 2405)]
  assert.equal(chooseBest([map, process]), process)
  assert.equal(chooseBest([process, map]), process)
  assert.equal(chooseBest([{ ...map, version: 3 }, process]), process)
  assert.equal(chooseBest([]), null)
})

test('a surrogate of few functions does not win by a lucky quality, and of equals the newest wins', () => {
  const [lucky, large] = [surrogate(1, 0.99, 200), surrogate(2, 0.9, 2000)]
  assert.equal(chooseBest([lucky, large]), large)
  assert.equal(chooseBest([{ ...lucky, trainedOn: 1000 }, large])?.version, 1)
  assert.equal(chooseBest([surrogate(4, 0.9, 100), surrogate(5, 0.9, 100)])?.version, 5)
  assert.equal(chooseBest([surrogate(4, null, 100), surrogate(3, 0.1, 100)])?.version, 3)
  assert.equal(chooseBest([surrogate(4, null, null)])?.version, 4)
})

test('every shipped dataset has a surrogate of each algorithm, and the Gaussian process is the best', () => {
  const shipped = listSeedManifests(join(PROJECT_ROOT, 'seed'))
  assert.deepEqual(shipped.map(({ manifest }) => manifest.name).sort(), [...SHIPPED_DESCRIPTIONS.keys()].sort())
  for (const { folder, manifest } of shipped) {
    const { surrogates } = readSeedData(folder, manifest)
    const rows = surrogates.map(({ algorithm, quality, trainedOn }, version) => {
      return { algorithm, version, trainedOn, spearman: quality.spearman }
    })
    assert.deepEqual(rows.map(({ algorithm }) => algorithm).sort(), ['GAUSSIAN_PROCESS', 'UMAP_KNN'])
    const best = chooseBest(rows)
    assert.equal(best?.algorithm, 'GAUSSIAN_PROCESS', manifest.name)
    const least = manifest.name === 'fashion-vit' ? 0.92 : 0.93
    assert.ok((best.spearman ?? 0) > least, manifest.name)
  }
})
