import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkFile } from '../../../src/datasets/reading/check-file.js'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { toFloat32Array } from '../../../src/db/statements/float32.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

const database = await openTestDatabase()

async function importLines(dataset: string, lines: readonly string[], spectrumLength?: number) {
  const path = join(makeFolder(), 'rows.jsonl')
  writeFileSync(path, `${lines.join('\n')}\n`)
  const [issues, checked]: RowIssue[][] = [[], []]
  const found = await checkFile(path, { spectrumLength, onIssue: (issue) => checked.push(issue) })
  const summary = await importFile(database, { path, dataset, spectrumLength, onIssue: (issue) => issues.push(issue) })
  const byLine = (a: RowIssue, b: RowIssue) => (a.line ?? 0) - (b.line ?? 0)
  assert.deepEqual(checked.sort(byLine), issues.sort(byLine))
  assert.equal(found.spectrumLength, summary.spectrumLength)
  return { summary, issues }
}

async function read(dataset: string): Promise<Record<string, number[] | null>> {
  const rows = await database.prisma.fisherSpectrum.findMany({
    where: { dataset: { name: dataset } },
    include: { activation: true },
  })
  return Object.fromEntries(
    rows.map(({ activation, values }) => [activation.expression, values && [...toFloat32Array(values)]]),
  )
}

async function exportLines(dataset: string): Promise<string[]> {
  let text = ''
  for await (const chunk of exportDataset(database, { dataset, format: 'jsonl' })) text += chunk
  return text.trimEnd().split('\n')
}

const line = (expression: string, fisherSpectrum: unknown, more = {}) =>
  JSON.stringify({ expression, validationAccuracy: 0.5, fisherSpectrum, ...more })

test('JSON Lines may carry the spectrum of each function, and an export is imported again without a remark', async () => {
  const lines = [
    line('relu(x)', [0, 0.5, 1], { seed: 0 }),
    line('relu(x)', [0, 0.5, 1], { seed: 1 }),
    line('tanh(x)', null),
    line('max(x,tanh(x))', [0.25, 0.5, 1]),
  ]
  const { summary, issues } = await importLines('lines', lines)
  assert.deepEqual([summary.runs, summary.spectra, summary.spectrumLength, issues], [4, 2, 3, []])
  const expected = { 'relu(x)': [0, 0.5, 1], 'max(x,tanh(x))': [0.25, 0.5, 1] }
  assert.deepEqual(await read('lines'), expected)

  const again = await importLines('lines-again', await exportLines('lines'))
  assert.deepEqual([again.summary.evaluations, again.summary.spectra, again.issues], [3, 2, []])
  assert.deepEqual(await read('lines-again'), expected)
  assert.deepEqual(await exportLines('lines-again'), await exportLines('lines'))
})

test('a wrong spectrum is reported with its line, and its run is kept', async () => {
  const lines = [
    line('relu(x)', [0, 0.5, 1]),
    line('tanh(x)', [0, 1]),
    line('elu(x)', [0, 2, 1]),
    line('selu(x)', [0, 'a', 1]),
    line('max(x,zero(x))', [0, 0, 1]),
    line('swish(x)', [0, 0, 1]),
  ]
  const { summary, issues } = await importLines('wrong', lines)
  assert.deepEqual([summary.runs, summary.spectra], [6, 2])
  assert.deepEqual(
    issues.map(({ code, message, isKept }) => [code, message, isKept]),
    [
      ['WRONG_SPECTRUM_LENGTH', 'line 2: the spectrum: expected 3 values, got 2', true],
      [
        'UNUSABLE_SPECTRUM',
        'line 3: the spectrum is not a cumulative distribution: value 2 is 2, outside 0 to 1',
        true,
      ],
      ['UNUSABLE_SPECTRUM', 'line 4: the spectrum is not a list of numbers: value 2 is "a"', true],
      ['REPEATED_SPECTRUM', 'line 5: line 1 has another spectrum of this function, which counts', true],
    ],
  )
})

test('if most lines have another length than the first, the length must be given', async () => {
  const lines = [line('relu(x)', [1]), line('tanh(x)', [0, 1]), line('elu(x)', [0, 1])]
  await assert.rejects(importLines('lengths', lines), {
    message: /^spectra: lengths differ; expected 1 values .*--spectrum-length$/,
  })
  const { summary } = await importLines('lengths', lines, 2)
  assert.deepEqual([summary.spectra, summary.spectrumLength], [2, 2])
})
