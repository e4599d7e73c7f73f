import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkFile } from '../../../src/datasets/reading/check-file.js'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

const equivalents = (...texts: string[]) => `"Equivalent Activation Functions": ${JSON.stringify(texts)}`
const spectrum = (...values: (number | string)[]) => `"Fisher log eigenvalue CDF": [${values.join(', ')}]`
const TEXT = `{"relu(x)": {"Validation Accuracy": 0.5, ${equivalents('relu(x)', 'tanh(x)', 'max(x, zero(x))', 'softsign(x)')}},
"tanh(x)": {"Validation Accuracy": 0.6, "Validation Loss": -0.25, ${spectrum(0, 0.5, 1, 0.2, 1)}},
"erf(x)": {"Validation Accuracy": 1.5, "Runtime (s)": -3, ${spectrum(0, 0.5, 0.4, 0.6, 1)}},
"swish(x)": {"Validation Accuracy": 0.6, ${spectrum(0, 0.5, 1.5, 1, 1)}},
"mish(x)": {"Validation Accuracy": 0.6, ${spectrum(-0.5, 0.5, 1, 1, 1)}},
"gelu(x)": {"Validation Accuracy": 0.6, ${spectrum(0, 'NaN', 1, 1, 1)}},
"elu(x)": {"Validation Accuracy": 0.6, ${spectrum(0, 0.25, 1.0000001, 0, 1)}},
"selu(x)": {"Validation Accuracy": 0.6, ${spectrum(0, 1)}}}`

/** Code, key and the text in the file at the offset, without the issues of missing metrics. */
const shown = (issues: readonly RowIssue[]) =>
  issues
    .filter(({ code }) => code !== 'MISSING_METRIC')
    .map(({ code, key, byteOffset }) => [code, key, TEXT.slice(byteOffset, byteOffset + 9)])

const EXPECTED = [
  ['WRONG_EQUIVALENT', 'relu(x)', '"tanh(x)"'],
  ['WRONG_EQUIVALENT', 'relu(x)', '"softsign'],
  ['NEGATIVE_LOSS', 'tanh(x)', '-0.25, "F'],
  ['UNUSABLE_METRIC', 'erf(x)', '1.5, "Run'],
  ['UNUSABLE_METRIC', 'erf(x)', '-3, "Fish'],
  ['UNUSABLE_SPECTRUM', 'erf(x)', '[0, 0.5, '],
  ['UNUSABLE_SPECTRUM', 'swish(x)', '[0, 0.5, '],
  ['UNUSABLE_SPECTRUM', 'mish(x)', '[-0.5, 0.'],
  ['UNUSABLE_SPECTRUM', 'gelu(x)', '[0, NaN, '],
  ['WRONG_SPECTRUM_LENGTH', 'selu(x)', '[0, 1]}}'],
]

test('whatever is wrong with a row is imported or reported, with its key and its place', async (t) => {
  const database = await openTestDatabase(t)
  const path = join(makeFolder(), 'file.json')
  writeFileSync(path, TEXT)
  const [imported, checked]: RowIssue[][] = [[], []]
  const summary = await importFile(database, { path, dataset: 'odd', onIssue: (issue) => void imported.push(issue) })
  assert.deepEqual([summary.evaluations, summary.spectra, summary.spectrumLength], [8, 2, 5])
  await checkFile(path, { onIssue: (issue) => void checked.push(issue) })
  const sorted = (issues: readonly RowIssue[]) => shown(issues).map(String).sort()
  assert.deepEqual(sorted(imported), EXPECTED.map(String).sort())
  assert.deepEqual(sorted(checked), EXPECTED.map(String).sort())
  const wrong = imported.find(({ code }) => code === 'WRONG_EQUIVALENT')
  assert.equal(wrong?.message, 'tanh(x) computes another function than relu(x)')
  const spectra = imported.filter(({ code }) => code === 'UNUSABLE_SPECTRUM').map(({ message }) => message)
  assert.match(spectra[0], /is not a cumulative distribution: value 3 falls from 0.5 to 0.4/)
  assert.match(spectra[1], /value 3 is 1.5, outside 0 to 1/)
  assert.match(spectra[3], /is not finite/)

  // The negative loss is kept, and a row lists only equivalents that are some.
  const [relu, tanh] = (await read('jsonl')).split('\n').map((line) => JSON.parse(line || '{}'))
  assert.deepEqual(relu.equivalents, ['relu(x)', 'max(x,zero(x))'])
  assert.equal(tanh.validationLoss, -0.25)
  assert.equal((await read('json')).trimEnd(), TEXT.replaceAll(',\n', ', '))

  async function read(format: 'json' | 'jsonl'): Promise<string> {
    let text = ''
    for await (const chunk of exportDataset(database, { dataset: 'odd', format })) text += Buffer.from(chunk as string)
    return text
  }
})

test('a byte order mark before the object is skipped, and offsets count it', async (t) => {
  const database = await openTestDatabase(t)
  const path = join(makeFolder(), 'file.json')
  writeFileSync(path, '\ufeff{"relu(x)": {"Validation Accuracy": 0.5}, "nonsense": {"Validation Accuracy": 0.5}}')
  const issues: RowIssue[] = []
  const summary = await importFile(database, { path, dataset: 'marked', onIssue: (issue) => void issues.push(issue) })
  assert.deepEqual([summary.rows, summary.evaluations], [2, 1])
  assert.equal(issues.find(({ code }) => code === 'UNUSABLE_EXPRESSION')?.byteOffset, 45)
  writeFileSync(path, '\ufeff{"relu(x)": {"Validation Accuracy": 0,5}}')
  await assert.rejects(checkFile(path), /^MalformedFileError: byte 41: /)
})
