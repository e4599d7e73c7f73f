import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listSeedManifests } from '../src/datasets/shipped/seed-folder.js'
import { SHIPPED_DESCRIPTIONS } from '../src/datasets/shipped/shipped-descriptions.js'
import { TRAINABLE_DATASETS } from '../src/networks/recipes/trainable-datasets.js'
import { PROJECT_ROOT } from '../src/root.js'
import { computeDigests, type VersionDigests } from './support/fixtures/dataset-digests.js'

type Versions = Readonly<Record<string, Readonly<Record<string, VersionDigests>>>>

const versions: Versions = JSON.parse(readFileSync(join(PROJECT_ROOT, 'seed/versions.json'), 'utf8'))

for (const { name, version } of TRAINABLE_DATASETS.values()) {
  test(`${name}: files, recipe and kernels give the digests recorded for version ${version}`, async () => {
    const recorded = versions[name]?.[version]
    assert.ok(recorded, `${name} version ${version} is not in seed/versions.json: ${HOW_TO_RECORD}`)
    const digests = await computeDigests(name, Object.keys(recorded.trainings))
    assert.deepEqual(
      digests,
      recorded,
      `${name}: a change to the recipe, the kernels or the shipped data changed the numbers of version ${version}. ${HOW_TO_RAISE}`,
    )
  })
}

test('code, descriptions and shipped files name the same version of each dataset', () => {
  for (const { manifest } of listSeedManifests(join(PROJECT_ROOT, 'seed'))) {
    const { name, version } = manifest
    const found = { code: TRAINABLE_DATASETS.get(name)?.version, description: SHIPPED_DESCRIPTIONS.get(name)?.version }
    assert.deepEqual(found, { code: version, description: version }, `${name}: ${HOW_TO_RAISE}`)
  }
})

const HOW_TO_RECORD = 'run `node scripts/dataset-versions.mjs record` and commit the file'
const HOW_TO_RAISE = `If this was not intended, undo it. Otherwise raise the version as docs/versions.md describes:
  1. set the next number in src/networks/recipes/mini-benchmark.ts (or fashion-benchmark.ts) and src/datasets/shipped/shipped-descriptions.ts;
  2. train the shipped data again, or run \`node scripts/dataset-versions.mjs relabel\` if the data stay the same;
  3. ${HOW_TO_RECORD}.`
