import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { type ImportSpectraInput, importSpectra } from '../../../src/services/spectra/import-spectra.js'
import { openTestDatabase } from '../../support/database.js'
import { makeMatrix } from '../../support/fixtures/spectra-files.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

const database = await openTestDatabase()

/** Imports a dataset of two functions, and returns how spectra of a text are added to it. */
async function open(dataset: string) {
  const folder = makeFolder()
  const path = join(folder, 'results.csv')
  writeFileSync(path, 'expression,val_acc\nrelu(x),0.5\ntanh(x),0.25\n')
  await importFile(database, { path, dataset })
  const give = async (text: string | Buffer, options: Partial<ImportSpectraInput> = {}, expressions?: string) => {
    const [file, list] = [join(folder, 'spectra'), join(folder, 'expressions')]
    writeFileSync(file, text)
    if (expressions !== undefined) writeFileSync(list, expressions)
    const issues: RowIssue[] = []
    const onIssue = (issue: RowIssue) => void issues.push(issue)
    const expressionsPath = expressions === undefined ? undefined : list
    const { rows: _, ...stored } = await importSpectra(database, {
      dataset,
      path: file,
      expressionsPath,
      onIssue,
      ...options,
    })
    return { ...stored, issues: issues.map(({ code }) => code) }
  }
  return { folder, give, read: () => readExport(dataset) }
}

async function readExport(dataset: string): Promise<Record<string, number[]>> {
  let text = ''
  for await (const chunk of exportDataset(database, { dataset, format: 'fisher-spectra.jsonl' })) text += chunk
  const lines = text.trimEnd().split('\n')
  return Object.fromEntries(lines.map((line) => JSON.parse(line)).map((each) => [each.expression, each.fisherSpectrum]))
}

const line = (expression: string, fisherSpectrum: readonly number[]) => JSON.stringify({ expression, fisherSpectrum })

test('spectra of evaluated and of other functions are added, exported, and imported again', async () => {
  const { give, read } = await open('matrix')
  const matrix = makeMatrix([
    [0, 0.5, 1],
    [0.25, 0.5, 1],
    [0, 0.25, 1],
  ])
  const list = 'relu(x)\nmax(x,swish(x))\ntanh(x)\n'
  const none = { replaced: 0, wrong: 0, length: 3, issues: [] }
  assert.deepEqual(await give(matrix, {}, list), { added: 3, unchanged: 0, ...none })
  assert.deepEqual(await give(matrix, {}, list), { added: 0, unchanged: 3, ...none })
  const expected = { 'relu(x)': [0, 0.5, 1], 'max(x,swish(x))': [0.25, 0.5, 1], 'tanh(x)': [0, 0.25, 1] }
  assert.deepEqual(await read(), expected)

  const again = await open('matrix-again')
  const lines = Object.entries(expected).map(([expression, values]) => line(expression, values))
  assert.deepEqual(await again.give(lines.join('\n')), { added: 3, unchanged: 0, ...none })
  assert.deepEqual(await again.read(), expected)
})

test('a wrong row stops the import, or is left out if that is wanted', async () => {
  const { give, read } = await open('strict')
  const text = [
    line('relu(x)', [0, 1]),
    line('tanh(x)', [0, 0.5, 1]),
    line('elu(x)', [0.5, 1]),
    line('silo(x)', [0, 1]),
  ]
  await assert.rejects(give(text.join('\n')), {
    code: 'CONFLICT',
    message: /^2 of 4 rows are wrong, so nothing was stored; the first: line 4: "silo\(x\)" is not .*--skip-wrong/,
  })
  await assert.rejects(readExport('strict'), { code: 'NOT_FOUND' })
  const stored = await give(text.join('\n'), { skipsWrong: true })
  assert.deepEqual(stored, {
    ...{ added: 2, replaced: 0, unchanged: 0, wrong: 2, length: 2 },
    issues: ['UNUSABLE_EXPRESSION', 'WRONG_SPECTRUM_LENGTH'],
  })
  assert.deepEqual(Object.keys(await read()), ['relu(x)', 'elu(x)'])
})

test('if the first spectrum has a wrong length, most rows are wrong: then the length can be given', async () => {
  const { give } = await open('length')
  const text = [line('relu(x)', [1]), line('tanh(x)', [0, 1]), line('elu(x)', [0, 1])].join('\n')
  await assert.rejects(give(text, { skipsWrong: true }), { message: /^2 of 3 rows are wrong/ })
  const { added, wrong, length } = await give(text, { skipsWrong: true, spectrumLength: 2 })
  assert.deepEqual([added, wrong, length], [2, 1, 2])
})

test('a repeated function may repeat its values, and stored values are replaced only on request', async () => {
  const { give, read } = await open('repeats')
  const first = [line('relu(x)', [0, 1]), line('max(x,zero(x))', [0, 1])].join('\n')
  const { added, unchanged } = await give(first)
  assert.deepEqual([added, unchanged], [1, 1])
  const other = [line('relu(x)', [0.5, 1]), line('tanh(x)', [0, 1])].join('\n')
  await assert.rejects(give(other), {
    code: 'CONFLICT',
    message:
      'line 1: the spectrum of relu(x): repeats has another spectrum of this function; replace it with --replace',
  })
  assert.deepEqual(await read(), { 'relu(x)': [0, 1] })
  assert.equal((await give(other, { replaces: true })).replaced, 1)
  assert.deepEqual(await read(), { 'relu(x)': [0.5, 1], 'tanh(x)': [0, 1] })
  const twice = [line('elu(x)', [0.5, 1]), line('elu( x )', [0.25, 1])].join('\n')
  await assert.rejects(give(twice), {
    message: /line 2: elu\( x \) is the function of line 1, which has another spectrum/,
  })
})

test('a function that is known to have no spectrum gets one, and does not lose it', async () => {
  const { give, read } = await open('reasons')
  const without = '{"dataset":"x","version":"1","expression":"exp(x)","values":null,"reason":"layer a: not finite"}'
  assert.equal((await give(`${line('relu(x)', [0, 1])}\n${without}`)).added, 2)
  assert.deepEqual((await read())['exp(x)'], null)
  assert.equal((await give(line('exp(x)', [0, 1]))).added, 1)
  assert.equal((await give(without)).unchanged, 1)
  assert.deepEqual((await read())['exp(x)'], [0, 1])
})

test('a dataset whose spectra workers compute takes none, and a missing one is NOT_FOUND', async () => {
  await createTrainable(database)
  const path = join(makeFolder(), 'spectra.jsonl')
  writeFileSync(path, line('relu(x)', [0, 1]))
  await assert.rejects(importSpectra(database, { dataset: 'mini-cnn', path }), { code: 'FORBIDDEN' })
  await assert.rejects(importSpectra(database, { dataset: 'nothing', path }), { code: 'NOT_FOUND' })
})
