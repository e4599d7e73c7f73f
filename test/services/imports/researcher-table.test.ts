import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { runActbench } from '../../support/actbench.js'
import { openTestApi } from '../../support/api.js'
import { makeFolder } from '../../support/folder.js'

/**
 * 100 functions in the spelling of PyTorch and NumPy with three seeds each, as a spreadsheet saves them: a byte order mark,
 * semicolons, decimal commas, percentages, and trainings that failed. The accuracies are made up.
 */
const FILE = join(PROJECT_ROOT, 'test/data/imports/trained-in-pytorch.csv')
const UNREADABLE: [text: string, firstLine: number, suggestion: string | null][] = [
  ['lambda x: x * np.tanh(x)', 278, 'x * np.tanh(x)'],
  ['x\u00b7\u03c3(x)', 281, 'x*sigmoid(x)'],
  ['x\u00b2 + x', 284, 'x**2 + x'],
  ['torch.nope(x)', 287, null],
  ['nn.MultiheadAttention(8)(x)', 290, null],
  ['np.piecewise(x, [x < 0, x >= 0], [0, x])', 293, null],
  ['0,5*x', 296, '0.5*x'],
  ['relu(x', 299, 'relu(x)'],
]

test('one command imports the table of a researcher and reports what could not be read', async (t) => {
  const api = await openTestApi(t)
  const report = join(makeFolder(), 'report.jsonl')
  const args = ['import', FILE, '--dataset', 'pytorch', '--report', report, '--json']
  const { status, stdout, stderr } = await runActbench(args, { DATABASE_URL: api.database.url })
  assert.equal(status, 0, stderr)
  const { outcome, runs, evaluations, issues } = JSON.parse(stdout)
  // 92 functions can be read. Nine of them are other spellings, whose three seeds count once. One run has no metric.
  assert.deepEqual([outcome, runs, evaluations], ['IMPORTED', 300 - 24 - 27 - 1, 83])
  const unreadable = issues.find(({ code }: RowIssue) => code === 'UNUSABLE_EXPRESSION')
  assert.deepEqual(
    unreadable.examples,
    UNREADABLE.map(([key, firstLine, suggestion]) => ({ key, count: 3, firstLine, suggestion })),
  )
  const lines = readFileSync(report, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RowIssue)
  assert.deepEqual(
    lines
      .filter(({ code }) => code === 'UNUSABLE_EXPRESSION')
      .map(({ key, line, suggestion = null, message }) => [
        key,
        line,
        suggestion,
        message.startsWith(`line ${line}: `),
      ]),
    UNREADABLE.flatMap(([key, first, suggestion]) => [0, 1, 2].map((seed) => [key, first + seed, suggestion, true])),
  )
  const { data, errors } = await api.ask(`{ dataset(name: "pytorch") {
    relu: evaluation(expression: "relu(x)") { validationAccuracy testAccuracy validationLoss runtimeSeconds runs { seed } }
    clip: evaluation(expression: "clip(x,-1,1)") { runs { seed metadata } }
    failed: evaluation(expression: "softplus(2*x)/2") { runs { seed } }
  } }`)
  assert.deepEqual(errors, [])
  const { relu, clip } = data.dataset
  assert.deepEqual([relu.validationAccuracy, relu.testAccuracy, relu.validationLoss], [0.5097, 0.5034, 1.3807])
  assert.equal(relu.runtimeSeconds, 304.3)
  assert.deepEqual([...relu.runs, ...clip.runs].map(({ seed }: { seed: number }) => seed).sort(), [0, 0, 1, 1, 2, 2])
})

test('one call of addEvaluations takes the rows that can be read, and says of the others what is wrong', async (t) => {
  const api = await openTestApi(t)
  const secret = await api.createKey('DATASET')
  await api.ask(
    'mutation { createDataset(input: {name: "mine", title: "t", description: "d", architecture: "a", task: "t"}) { dataset { id } } }',
    {},
    secret,
  )
  const send = async (rows: readonly object[]) => {
    const { data, errors } = await api.ask(
      `mutation ($rows: [EvaluationRowInput!]!) {
        addEvaluations(input: { dataset: "mine", rows: $rows }) { evaluations { expression validationAccuracy } } }`,
      { rows },
      secret,
    )
    return { evaluations: data?.addEvaluations?.evaluations, problems: errors[0]?.extensions.problems ?? [] }
  }
  const rowOf = (argument: string) => Number(/^rows\[(\d+)\]/.exec(argument)?.[1])
  let rows = readRows()
  assert.equal(rows.length, 300)
  const first = await send(rows)
  assert.equal(first.evaluations, undefined)
  const problems = first.problems as { code: string; argument: string; message: string; suggestion?: string }[]
  assert.deepEqual(
    problems
      .filter(({ code }) => code === 'INVALID_EXPRESSION')
      .map(({ argument, suggestion = null }) => [rowOf(argument) + 2, suggestion]),
    UNREADABLE.flatMap(([, line, suggestion]) => [0, 1, 2].map((seed) => [line + seed, suggestion])),
  )
  // A client can take the suggestions and leave out the rest.
  const remove = (wrong: readonly { argument: string }[]) => {
    const indices = new Set(wrong.map(({ argument }) => rowOf(argument)))
    rows = rows.filter((_, index) => !indices.has(index))
  }
  for (const { argument, suggestion } of problems) if (suggestion) rows[rowOf(argument)].expression = suggestion
  remove(problems.filter(({ suggestion }) => !suggestion))
  const second = await send(rows)
  const repeated = second.problems as { code: string; argument: string }[]
  assert.deepEqual([...new Set(repeated.map(({ code }) => code))], ['CONFLICT'])
  remove(repeated)
  const { evaluations } = await send(rows)
  assert.equal(evaluations.length, rows.length)
  assert.ok(rows.length > 250)
})

/** The rows as a client reads them from the table. */
function readRows(): { expression: string; [name: string]: unknown }[] {
  const [, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\r\n')
  const toNumber = (cell: string) => (/\d/.test(cell) ? Number(cell.replace(',', '.').replace(' %', '')) : null)
  const toFraction = (cell: string) => {
    const number = toNumber(cell)
    return number === null ? null : Number((number / 100).toPrecision(6))
  }
  return lines.map((line) => {
    const [expression, seed, validation, test, loss, runtime] = line.split(';')
    return {
      expression: expression.replace(/^"|"$/g, '').replaceAll('""', '"'),
      seed: Number(seed),
      validationAccuracy: toFraction(validation),
      testAccuracy: toFraction(test),
      validationLoss: toNumber(loss),
      runtimeSeconds: toNumber(runtime),
    }
  })
}
