import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listSeedManifests, readSeedData, writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { TRAINABLE_DATASETS } from '../../../src/networks/recipes/trainable-datasets.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { makeFolder } from '../../support/folder.js'
import { makeSeedData, makeSeedManifest } from '../../support/seed.js'

test('data are the same after they were written and read, including every bit of vectors', () => {
  const folder = makeFolder()
  const manifest = writeSeedFolder(folder, makeSeedManifest(), makeSeedData())
  assert.deepEqual(readSeedData(folder, manifest), makeSeedData())
})

test('equal data give equal bytes', () => {
  const write = () => writeSeedFolder(makeFolder(), makeSeedManifest(), makeSeedData())
  assert.deepEqual(write(), write())
})

test('the datasets of a folder are found with the checksum of their manifests; other folders are skipped', () => {
  const folder = makeFolder()
  writeSeedFolder(join(folder, 'b'), makeSeedManifest(), makeSeedData())
  writeSeedFolder(join(folder, 'a'), makeSeedManifest('another'), makeSeedData())
  writeFileSync(join(folder, 'file'), '')
  const found = listSeedManifests(folder)
  assert.deepEqual(
    found.map(({ manifest }) => manifest.title),
    ['another', 'Mini test'],
  )
  assert.notEqual(found[0].checksum, found[1].checksum)
  assert.deepEqual(listSeedManifests(join(folder, 'nowhere')), [])
})

test('errors name a missing file and a malformed manifest', () => {
  const folder = makeFolder()
  const manifest = writeSeedFolder(join(folder, 'a'), makeSeedManifest(), makeSeedData())
  rmSync(join(folder, 'a', 'spectra.bin.gz'))
  assert.throws(() => readSeedData(join(folder, 'a'), manifest), /spectra\.bin\.gz: the file is missing$/)
  const path = join(folder, 'a', 'manifest.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"seeds": [', '"seeds": ["one",'))
  assert.throws(() => listSeedManifests(folder), /manifest\.json: seeds\.0: /)
})

test('shipped files match their manifests, and their versions are the versions that this product trains', () => {
  for (const { folder, manifest } of listSeedManifests(join(PROJECT_ROOT, 'seed'))) {
    assert.equal(TRAINABLE_DATASETS.get(manifest.name)?.version, manifest.version, manifest.name)
    const { entries, runs, spectra } = readSeedData(folder, manifest)
    const withSpectrum = entries.filter((entry) => entry.spectrum).length
    const counts = { evaluations: entries.length, runs: runs.length, spectra: spectra.length + withSpectrum }
    assert.deepEqual(counts, manifest.counts)
    assert.ok(runs.every((run) => run.dataset === manifest.name && run.version === manifest.version))
  }
})
