import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../src/db/connection/client.js'
import type { ActbenchError } from '../../../src/errors.js'
import { createBudget, requireAccepted } from '../../../src/services/access/budget.js'
import { openTestDatabase } from '../../support/database.js'
import { interceptStatements } from '../../support/intercept-statements.js'

const database = await openTestDatabase()

test('a budget decreases by each charge, and reports when it is whole again', async () => {
  const budget = createBudget(database, 6000)
  const before = Date.now()
  const first = await budget.charge('key:1', 1000)
  assert.deepEqual([first.isAccepted, first.cost, first.limit, first.remaining], [true, 1000, 6000, 5000])
  // The budget grows by 1,000 units in 10 seconds.
  assert.ok(first.resetAt.getTime() >= before + 9900 && first.resetAt.getTime() <= Date.now() + 10_100)
  const second = await budget.charge('key:1', 1000)
  assert.ok(second.remaining >= 4000 && second.remaining < 5000)
  assert.equal((await budget.charge('key:2', 1)).remaining, 5999)
})

test('a charge above the budget is refused without a charge, with the time after which it fits', async () => {
  const budget = createBudget(database, 6000)
  await budget.charge('key:3', 5000)
  const refused = await budget.charge('key:3', 4000)
  assert.equal(refused.isAccepted, false)
  // 3,000 units are missing, and the budget grows by 100 per second.
  assert.ok(refused.retryAfterSeconds >= 25 && refused.retryAfterSeconds <= 30, String(refused.retryAfterSeconds))
  assert.throws(
    () => requireAccepted(refused),
    (error: ActbenchError) =>
      error.code === 'RATE_LIMITED' && error.extensions.retryAfterSeconds === refused.retryAfterSeconds,
  )
  assert.equal((await budget.charge('key:3', 500)).isAccepted, true)
})

test('the whole budget can be spent at once, and not a unit more', async () => {
  const budget = createBudget(database, 1000)
  const all = await budget.charge('key:4', 1000)
  assert.deepEqual([all.isAccepted, all.remaining], [true, 0])
  const more = await budget.charge('key:4', 1000)
  assert.equal(more.isAccepted, false)
  assert.ok(more.retryAfterSeconds > 30 && more.retryAfterSeconds <= 60)
})

test('several servers that charge at once never exceed the budget', async () => {
  const others = [1, 2].map(() => openDatabase(database.url, { applicationName: 'actbench-test' }))
  const budgets = [database, ...others].map((each) => createBudget(each, 100))
  const began = performance.now()
  const charges = await Promise.all(
    Array.from({ length: 300 }, (_, i) => budgets[i % 3].charge('address:203.0.113.7', 1)),
  )
  const seconds = (performance.now() - began) / 1000
  const accepted = charges.filter(({ isAccepted }) => isAccepted).length
  assert.ok(accepted >= 100 && accepted <= 100 + Math.ceil((seconds * 100) / 60), `${accepted} in ${seconds} s`)
  await Promise.all(others.map((each) => each.close()))
})

test('a refused client is refused again without a statement, until its charge may fit', async () => {
  const budget = createBudget(database, 6000)
  await budget.charge('key:5', 6000)
  await budget.charge('key:5', 6000)
  let statements = 0
  const count = (_: string, run: () => Promise<unknown>) => {
    statements++
    return run()
  }
  let stop = interceptStatements(database.pool, count)
  try {
    for (let i = 0; i < 50; i++) assert.equal((await budget.charge('key:5', 6000)).isAccepted, false)
    assert.equal(statements, 0)
    // The budget was reset in the database. The remembered debt is too large, so a charge that may fit is tried.
    stop()
    await database.pool.query("DELETE FROM budgets WHERE client = 'key:5'")
    stop = interceptStatements(database.pool, count)
    await new Promise((done) => setTimeout(done, 60))
    assert.equal((await budget.charge('key:5', 1)).isAccepted, true)
    assert.equal(statements, 1)
  } finally {
    stop()
  }
})

test('budgets that are whole are deleted', async () => {
  const budget = createBudget(database, 10_000_000)
  await database.pool.query("INSERT INTO budgets VALUES ('address:old', now() - interval '1 second')")
  for (let i = 0; i < 1000; i++) await budget.charge('key:6', 1)
  const { rows } = await database.pool.query("SELECT client FROM budgets WHERE client = 'address:old'")
  assert.deepEqual(rows, [])
})

test('the table is unlogged, because a crash may lose it', async () => {
  const { rows } = await database.pool.query("SELECT relpersistence FROM pg_class WHERE relname = 'budgets'")
  assert.deepEqual(rows, [{ relpersistence: 'u' }])
})

test('without a limit nothing is charged', async () => {
  const spending = await createBudget(database, 0).charge('key:7', 5)
  assert.deepEqual([spending.isAccepted, spending.cost, spending.remaining], [true, 5, 2 ** 31 - 1])
  const { rows } = await database.pool.query("SELECT client FROM budgets WHERE client = 'key:7'")
  assert.deepEqual(rows, [])
})

test('refused operations are charged beyond the budget, with one statement at a time, and then all are refused', async () => {
  const budget = createBudget(database, 6000)
  assert.equal(budget.findRefusal('key:8'), null)
  let [running, most] = [0, 0]
  const stop = interceptStatements(database.pool, async (_, run) => {
    most = Math.max(most, ++running)
    try {
      return await run()
    } finally {
      running--
    }
  })
  try {
    await Promise.all(Array.from({ length: 100 }, () => budget.chargeAnyway('key:8', 90)))
  } finally {
    stop()
  }
  assert.equal(most, 1)
  // 9,000 of 6,000: 3,000 too many, and the budget grows by 100 per second.
  const refusal = budget.findRefusal('key:8')
  assert.ok(refusal && !refusal.isAccepted && refusal.retryAfterSeconds > 20 && refusal.retryAfterSeconds <= 31)
  assert.equal((await budget.charge('key:8', 1)).isAccepted, false)
  assert.equal(createBudget(database, 0).findRefusal('key:8'), null)
})

test('a refund counts with the next charge, and never above a full budget', async () => {
  const budget = createBudget(database, 6000)
  await budget.charge('key:20', 3000)
  budget.refund('key:20', 1000)
  budget.refund('key:20', 500)
  const next = await budget.charge('key:20', 100)
  assert.ok(next.remaining >= 4400 && next.remaining < 4500, String(next.remaining))
  budget.refund('key:20', 100_000)
  assert.equal((await budget.charge('key:20', 100)).remaining, 5900)
  assert.ok((await budget.charge('key:20', 100)).remaining < 5850)
  budget.refund('key:21', 1000)
  assert.equal((await budget.charge('key:21', 100)).remaining, 5900)
})

test('a client whose budget is spent may use a refund at once, and a refused charge leaves it the refund', async () => {
  const budget = createBudget(database, 6000)
  await budget.charge('key:22', 6000)
  assert.equal((await budget.charge('key:22', 1000)).isAccepted, false)
  budget.refund('key:22', 2000)
  assert.equal(budget.findRefusal('key:22'), null)
  assert.equal((await budget.charge('key:22', 3000)).isAccepted, false)
  const accepted = await budget.charge('key:22', 1900)
  assert.equal(accepted.isAccepted, true)
  assert.ok(accepted.remaining < 300, String(accepted.remaining))
  assert.equal((await budget.charge('key:22', 1900)).isAccepted, false)
})
