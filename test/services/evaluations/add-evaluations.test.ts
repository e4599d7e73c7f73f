import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActbenchError } from '../../../src/errors.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import type { EvaluationRowInput } from '../../../src/services/evaluations/add-evaluation-rows.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { interceptStatements } from '../../support/intercept-statements.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits' }
let made = 0
const begin = async () => (await createDataset(database, owner, { name: `mine-${++made}`, ...description })).name
const add = (dataset: string, rows: readonly EvaluationRowInput[], idempotencyKey?: string) =>
  addEvaluations(database, owner, { dataset, rows, idempotencyKey })
const countRuns = (name: string) => database.prisma.run.count({ where: { dataset: { name } } })

test('rows are added in one go, and each gets the evaluation of its function with the medians', async () => {
  const name = await begin()
  const evaluations = await add(name, [
    { expression: 'tanh(x)', seed: 0, validationAccuracy: 0.2 },
    { expression: 'relu(x)', seed: 0, validationAccuracy: 0.5, metadata: { note: 'a', list: [1, null] } },
    { expression: 'max(zero(x),x)', seed: 1, validationAccuracy: 0.7, testLoss: 2 },
    { expression: 'relu(x)', validationAccuracy: 0.9 },
  ])
  const [tanh, ...relus] = evaluations
  assert.equal(tanh.validationAccuracy, 0.2)
  assert.equal(new Set(relus.map(({ id }) => id)).size, 1)
  assert.deepEqual([relus[0].validationAccuracy, relus[0].testLoss, relus[0].expression], [0.7, 2, 'relu(x)'])
  const runs = await database.prisma.run.findMany({ where: { dataset: { name } }, orderBy: { id: 'asc' } })
  assert.deepEqual(
    runs.map(({ seed, metadata }) => [seed, metadata]),
    [
      [0, null],
      [0, { note: 'a', list: [1, null] }],
      [1, null],
      [null, null],
    ],
  )
  const [again] = await add(name, [{ expression: 'relu(x)', seed: 5, validationAccuracy: 0 }])
  assert.equal(again.id, relus[0].id)
  assert.ok(Math.abs((again.validationAccuracy ?? 0) - 0.6) < 1e-12)
})

test('the error of a row names it, and then no row is added', async () => {
  const name = await begin()
  await add(name, [{ expression: 'relu(x)', seed: 3, validationAccuracy: 0.5 }])
  const good = { expression: 'tanh(x)', validationAccuracy: 0.5 }
  const cases: [EvaluationRowInput, string, string][] = [
    [{ ...good, expression: 'relu(x' }, 'INVALID_EXPRESSION', 'rows[2].expression'],
    [{ ...good, expression: 'reciprocal(zero(x))' }, 'NOT_FINITE', 'rows[2].expression'],
    [{ ...good, validationAccuracy: 1.2 }, 'BAD_USER_INPUT', 'rows[2].validationAccuracy'],
    [{ ...good, testLoss: Number.NaN }, 'BAD_USER_INPUT', 'rows[2].testLoss'],
    [{ expression: 'tanh(x)' }, 'BAD_USER_INPUT', 'rows[2].validationAccuracy'],
    [{ ...good, seed: -1 }, 'BAD_USER_INPUT', 'rows[2].seed'],
    [{ ...good, metadata: [1] }, 'BAD_USER_INPUT', 'rows[2].metadata'],
    [{ ...good, expression: 'max(zero(x),x)', seed: 3 }, 'CONFLICT', 'rows[2].seed'],
  ]
  for (const [row, code, argument] of cases) {
    await assert.rejects(
      add(name, [good, good, row]),
      (error: { code: string; message: string; extensions: object }) => {
        assert.equal(error.code, code, error.message)
        assert.equal((error.extensions as { argument: string }).argument, argument, error.message)
        assert.ok(error.message.startsWith(`${argument}: `), error.message)
        return true
      },
    )
  }
  const twice = [0, 1].map(() => ({ expression: 'tanh(x)', seed: 9, validationAccuracy: 0.5 }))
  await assert.rejects(add(name, [good, ...twice]), { code: 'CONFLICT', message: /^rows\[2\]\.seed: rows\[1\] has/ })
  assert.equal(await countRuns(name), 1)
})

test('if several rows are wrong, the error lists the problem of each, with a similar expression', async () => {
  const name = await begin()
  const metrics = { validationAccuracy: 0.5 }
  const rows = [
    { expression: 'tanh(x)', ...metrics },
    { expression: 'lambda x: x*2', ...metrics },
    { expression: 'relu(x)', validationAccuracy: 61.2 },
    { expression: 'log(x)', ...metrics },
    { expression: 'torch.nope(x)', ...metrics },
  ]
  await assert.rejects(add(name, rows), (error: ActbenchError) => {
    const { problems, argument: first } = error.extensions as { problems: Record<string, unknown>[]; argument: string }
    assert.deepEqual([error.code, first], ['INVALID_EXPRESSION', 'rows[1].expression'])
    assert.match(
      error.message,
      /^rows\[1\]\.expression: .*; did you mean x\*2\?; 3 other rows are wrong too, see problems/,
    )
    assert.deepEqual(
      problems.map(({ code, argument, suggestion }) => [code, argument, suggestion]),
      [
        ['INVALID_EXPRESSION', 'rows[1].expression', 'x*2'],
        ['BAD_USER_INPUT', 'rows[2].validationAccuracy', undefined],
        ['NOT_FINITE', 'rows[3].expression', undefined],
        ['INVALID_EXPRESSION', 'rows[4].expression', undefined],
      ],
    )
    for (const { message, argument } of problems) assert.ok(String(message).startsWith(`${argument}: `))
    return true
  })
  assert.equal(await countRuns(name), 0)
  const repeated = ['tanh(x)', 'tanh(x)', 'np.tanh(x)'].map((expression) => ({ expression, seed: 1, ...metrics }))
  await assert.rejects(add(name, repeated), ({ code, message, extensions }: ActbenchError) => {
    assert.equal(code, 'CONFLICT')
    assert.match(message, /^rows\[1\]\.seed: rows\[0\] has the same function with seed 1; another row is wrong too/)
    assert.deepEqual(
      (extensions.problems as { argument: string }[]).map(({ argument }) => argument),
      ['rows[1].seed', 'rows[2].seed'],
    )
    return true
  })
  const many = Array.from({ length: 150 }, () => ({ expression: '0,5*x', ...metrics }))
  await assert.rejects(add(name, many), ({ extensions }: ActbenchError) => {
    assert.equal((extensions.problems as unknown[]).length, 100)
    return true
  })
})

test('there are 1 to 1000 rows, and a function keeps its maximum number of runs', async () => {
  const name = await begin()
  const rows = (count: number) => Array.from({ length: count }, () => ({ expression: 'x', validationAccuracy: 0.5 }))
  await assert.rejects(add(name, []), { code: 'BAD_USER_INPUT', extensions: { argument: 'rows' } })
  await assert.rejects(add(name, rows(1001)), { code: 'BAD_USER_INPUT', extensions: { argument: 'rows' } })
  await add(name, rows(999))
  await assert.rejects(add(name, rows(2)), { code: 'CONFLICT', message: /^rows\[1\]\.expression: .* 1000 runs/ })
  await add(name, rows(1))
  assert.equal(await countRuns(name), 1000)
})

test('the number of statements does not grow with the number of rows', async () => {
  const name = await begin()
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      expression: 'relu(x)',
      seed: from + index,
      validationAccuracy: 0.5,
    }))
  const count = async (given: EvaluationRowInput[]) => {
    let statements = 0
    const stop = interceptStatements(database.pool, (_text, run) => {
      statements++
      return run()
    })
    await add(name, given)
    stop()
    return statements
  }
  await add(name, rows(0, 1))
  const few = await count(rows(10, 2))
  assert.equal(await count(rows(100, 200)), few)
})

test('a repeated call with the same idempotency key adds nothing and returns the same evaluations', async () => {
  const name = await begin()
  const rows = ['relu(x)', 'tanh(x)', 'relu(x)'].map((expression) => ({ expression, validationAccuracy: 0.5 }))
  const first = await add(name, rows, 'k')
  await add(name, [{ expression: 'relu(x)', validationAccuracy: 1 }])
  const again = await add(name, rows, 'k')
  assert.deepEqual(
    again.map(({ id }) => id),
    first.map(({ id }) => id),
  )
  assert.equal(await countRuns(name), 4)
  await assert.rejects(add(name, rows.slice(1), 'k'), { code: 'CONFLICT', extensions: { argument: 'idempotencyKey' } })
})

test('batches that meet in the same functions do not deadlock, and every run counts', async () => {
  const name = await begin()
  const functions = ['relu(x)', 'tanh(x)', 'elu(x)', 'selu(x)', 'swish(x)', 'mish(x)']
  const batch = (shift: number) =>
    functions.map((_, index) => ({ expression: functions[(index + shift) % 6], seed: shift, validationAccuracy: 0.5 }))
  await Promise.all(Array.from({ length: 8 }, (_, shift) => add(name, batch(shift))))
  assert.equal(await countRuns(name), 48)
})
