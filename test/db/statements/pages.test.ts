import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activationsPage, evaluationsPage, expressionsPage } from '../../../src/db/statements/page-queries.js'
import type { PageList } from '../../../src/db/statements/page-query.js'
import { countRows, listPages, type Page, type Position, type Window } from '../../../src/db/statements/pages.js'
import { embeddingPage, predictionsPage } from '../../../src/db/statements/point-page-queries.js'
import { METRICS, type Metric } from '../../../src/metrics.js'
import { createBenchmark } from '../../support/benchmark.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const { dataset } = await createBenchmark(database)
const { pool, kysely } = database

interface Identified {
  readonly id: number
}

async function readPage<Row>(list: PageList<Row>, window: Partial<Window>, parent = dataset.id) {
  const [page] = await listPages(kysely, [parent], list, {
    size: 5,
    isBackward: false,
    after: null,
    before: null,
    ...window,
  })
  return page
}

const positionOf = (row: { pageValue: number | null; pageKey: number | string }): Position => ({
  value: row.pageValue,
  key: row.pageKey,
})

/** Walks the whole list, page by page, and checks both flags of every page against the walk itself. */
async function walk(list: PageList<Identified>, size: number, isBackward: boolean): Promise<number[]> {
  const ids: number[] = []
  let cursor: Position | null = null
  for (;;) {
    const page: Page<Identified> = await readPage(list, { size, isBackward, [isBackward ? 'before' : 'after']: cursor })
    const [goesOn, cameFrom] = isBackward
      ? [page.hasPreviousPage, page.hasNextPage]
      : [page.hasNextPage, page.hasPreviousPage]
    assert.equal(cameFrom, cursor !== null, 'there is something before the cursor, and nothing before the start')
    const found = page.rows.map((row) => row.id)
    if (isBackward) ids.unshift(...found)
    else ids.push(...found)
    if (!goesOn) return ids
    cursor = positionOf(page.rows[isBackward ? 0 : page.rows.length - 1])
  }
}

for (const metric of Object.keys(METRICS) as Metric[]) {
  for (const isDescending of [true, false]) {
    test(`pages by ${metric} ${isDescending ? 'down' : 'up'} are the whole list in order, in both directions`, async () => {
      const { column, isHigherBetter } = METRICS[metric]
      const direction = isDescending ? 'DESC' : 'ASC'
      const tie = isDescending === isHigherBetter ? 'ASC' : 'DESC'
      const { rows } = await pool.query(
        `SELECT id FROM evaluations WHERE dataset_id = $1 ORDER BY ${column} ${direction} NULLS LAST, id ${tie}`,
        [dataset.id],
      )
      const expected = rows.map((row) => row.id)
      for (const size of [1, 5, 6, 200]) {
        assert.deepEqual(await walk(evaluationsPage({}, { metric, isDescending }), size, false), expected)
        assert.deepEqual(await walk(evaluationsPage({}, { metric, isDescending }), size, true), expected)
      }
    })
  }
}

test('activations are listed by depth, then by id', async () => {
  const { rows } = await pool.query('SELECT id FROM activations ORDER BY depth, id')
  assert.deepEqual(
    await walk(activationsPage({}), 7, false),
    rows.map((row) => row.id),
  )
  assert.deepEqual(
    await walk(activationsPage({}), 7, true),
    rows.map((row) => row.id),
  )
})

test('a window between two cursors holds only the rows between them', async () => {
  const list = evaluationsPage({}, { metric: 'VALIDATION_ACCURACY', isDescending: true })
  const all = (await readPage(list, { size: 200 })).rows
  for (const [from, to] of [
    [0, 10],
    [3, all.length - 1],
    [all.length - 4, all.length - 1],
    [5, 6],
  ]) {
    const between = all.slice(from + 1, to).map((row) => row.id)
    const window = { after: positionOf(all[from]), before: positionOf(all[to]) }
    const forward = await readPage(list, { ...window, size: 4 })
    assert.deepEqual(
      forward.rows.map((row) => row.id),
      between.slice(0, 4),
    )
    assert.deepEqual([forward.hasPreviousPage, forward.hasNextPage], [true, true])
    const backward = await readPage(list, { ...window, size: 4, isBackward: true })
    assert.deepEqual(
      backward.rows.map((row) => row.id),
      between.slice(-4),
    )
  }
})

test('between a row without a value and one that comes before it there is nothing', async () => {
  const list = evaluationsPage({}, { metric: 'VALIDATION_ACCURACY', isDescending: true })
  const all = (await readPage(list, { size: 200 })).rows
  const window = { after: positionOf(all[all.length - 1]), before: positionOf(all[0]) }
  assert.equal(window.after.value, null)
  for (const isBackward of [false, true]) {
    const page = await readPage(list, { ...window, isBackward })
    assert.deepEqual(page, { rows: [], hasNextPage: true, hasPreviousPage: true })
  }
})

test('rows that are inserted meanwhile neither repeat nor hide a row that was there', async (t) => {
  const own = await openTestDatabase(t)
  const { dataset: grown } = await createBenchmark(own)
  const list = evaluationsPage({}, { metric: 'TEST_LOSS', isDescending: false })
  const before = await listAll()
  const seen: number[] = []
  let after: Position | null = null
  for (let round = 0; ; round++) {
    const [page] = await listPages(own.kysely, [grown.id], list, {
      size: 6,
      isBackward: false,
      after,
      before: null,
    })
    seen.push(...page.rows.map((row) => row.id))
    if (!page.hasNextPage) break
    after = positionOf(page.rows[page.rows.length - 1])
    await own.pool.query(
      `INSERT INTO evaluations (dataset_id, activation_id, expression, origin, test_loss, updated_at)
       SELECT dataset_id, activation_id, 'new ' || $1::text || expression, 'IMPORTED', $1::int * 0.3, now() FROM evaluations LIMIT 2`,
      [round],
    )
  }
  assert.equal(new Set(seen).size, seen.length)
  const old = new Set(before)
  assert.deepEqual(
    seen.filter((id) => old.has(id)),
    before,
  )

  async function listAll() {
    const [page] = await listPages(own.kysely, [grown.id], list, {
      size: 200,
      isBackward: false,
      after: null,
      before: null,
    })
    return page.rows.map((row) => row.id)
  }
})

test('the pages of many parents come in their order, also of those that have no rows', async () => {
  const list = evaluationsPage({}, null)
  const parents = [999, dataset.id, 998]
  const pages = await listPages(kysely, parents, list, { size: 3, isBackward: false, after: null, before: null })
  assert.deepEqual(
    pages.map((page) => page.rows.length),
    [0, 3, 0],
  )
  assert.deepEqual(
    pages.map((page) => page.hasNextPage),
    [false, true, false],
  )
  assert.deepEqual(await countRows(kysely, parents, list), [0, 48, 0])
})

test('spellings are listed shortest first, ties by code point', async () => {
  const { activationId } = await database.prisma.expression.findUniqueOrThrow({
    where: { text: 'max_n(relu(x),relu(x))' },
  })
  const added = ['b_(x)', 'b(x)', 'B_(x)', 'a(x)', 'ab(x)']
  await database.prisma.expression.createMany({
    data: added.map((text) => ({ text, activationId, length: text.length })),
  })
  const { rows } = await readPage(expressionsPage(null), { size: 6 }, activationId)
  const first = ['a(x)', 'b(x)', 'B_(x)', 'ab(x)', 'b_(x)']
  assert.deepEqual(
    rows.slice(0, 5).map((row) => row.pageKey),
    first,
  )
})

test('a page of a map or of predictions without a surrogate is empty', async () => {
  for (const list of [
    embeddingPage('surrogate'),
    embeddingPage(null),
    predictionsPage(null),
    predictionsPage(true),
    predictionsPage(false),
  ]) {
    const page = await readPage(list, {})
    assert.deepEqual(page, { rows: [], hasNextPage: false, hasPreviousPage: false })
  }
})
