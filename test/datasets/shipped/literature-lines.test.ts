import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatExpression } from '../../../src/activations/expression.js'
import { computeIdentity } from '../../../src/activations/identity.js'
import { KNOWN_FUNCTIONS } from '../../../src/activations/known-functions/known-functions.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { listSeedManifests, readLiteratureLines, readSeedData } from '../../../src/datasets/shipped/seed-folder.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { parseLines } from '../../../src/services/shipped-data/load-lines.js'

const shipped = listSeedManifests(join(PROJECT_ROOT, 'seed'))
const identityOf = (text: string) => computeIdentity(parseExpression(text)).id
const known = new Set(KNOWN_FUNCTIONS.map(({ expression }) => formatExpression(parseExpression(expression))))

test('lines of functions of the literature belong to the version of their dataset and to functions of the list', () => {
  for (const { folder, manifest } of shipped) {
    const file = readLiteratureLines(folder)
    if (!file) continue
    const { runs, spectra } = parseLines(file.lines, manifest)
    const texts = runs.map(({ expression }) => expression)
    assert.equal(new Set(texts.map(identityOf)).size, texts.length, manifest.name)
    assert.deepEqual(
      [...texts, ...spectra.map(({ expression }) => expression)].filter((text) => !known.has(text)),
      [],
    )
    assert.ok(runs.every(({ seed, validationAccuracy }) => seed === 0 && validationAccuracy !== null))
    assert.ok(spectra.every(({ values }) => values === null || values.length === manifest.fisherSpectrumLength))
    // No run is shipped twice.
    const { entries } = readSeedData(folder, manifest)
    const own = new Set(entries.map(({ expression }) => identityOf(expression)))
    assert.deepEqual(
      texts.filter((text) => own.has(identityOf(text))),
      [],
    )
  }
})

test('Mini-CNN has an evaluation of every function of the literature', () => {
  const found = shipped.find(({ manifest }) => manifest.name === 'mini-cnn')
  assert.ok(found)
  const { entries } = readSeedData(found.folder, found.manifest)
  const file = readLiteratureLines(found.folder)
  const { runs } = parseLines(file?.lines ?? [], found.manifest)
  const measured = new Set([...entries, ...runs].map(({ expression }) => identityOf(expression)))
  const missing = KNOWN_FUNCTIONS.filter(({ expression }) => !measured.has(identityOf(expression)))
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  )
})
