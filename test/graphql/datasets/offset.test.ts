import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'

const api = await openTestApi()
const { measured } = await createBenchmark(api.database)

async function list(args: string) {
  const { data, errors } = await api.ask(`{ dataset(name: "synthetic") { evaluations(${args}) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`)
  assert.deepEqual(errors, [])
  return data.dataset.evaluations
}

const ORDERS = [
  '',
  'orderBy: { metric: VALIDATION_ACCURACY, direction: DESCENDING }',
  'orderBy: { metric: VALIDATION_ACCURACY, direction: ASCENDING }',
  'orderBy: { metric: TEST_LOSS, direction: ASCENDING }',
  'orderBy: { metric: TEST_LOSS, direction: DESCENDING }',
  'filter: { activation: { operators: ["tanh"] } }, orderBy: { metric: TRAIN_ACCURACY }',
]

for (const order of ORDERS) {
  test(`a page from any offset continues the list: ${order || 'as recorded'}`, async () => {
    const whole = await list(`first: 200 ${order}`)
    const { totalCount } = whole
    assert.equal(whole.nodes.length, totalCount)
    const offsets = [0, 1, 7, Math.floor(totalCount / 2), totalCount - 3, totalCount - 1]
    for (const offset of offsets.filter((each) => each >= 0 && each < totalCount)) {
      const page = await list(`first: 4, offset: ${offset} ${order}`)
      assert.deepEqual(page.nodes, whole.nodes.slice(offset, offset + 4))
      assert.equal(page.totalCount, totalCount)
      assert.equal(page.pageInfo.hasPreviousPage, offset > 0)
      assert.equal(page.pageInfo.hasNextPage, offset + 4 < totalCount)
      // Its cursor continues as any other.
      const next = await list(`first: 2, after: ${JSON.stringify(page.pageInfo.endCursor)} ${order}`)
      assert.deepEqual(next.nodes, whole.nodes.slice(offset + 4, offset + 6))
    }
    for (const offset of [totalCount, 5000, 5_000_000]) {
      const page = await list(`first: 4, offset: ${offset} ${order}`)
      assert.deepEqual(page, {
        ...{ totalCount, nodes: [] },
        pageInfo: { hasNextPage: false, hasPreviousPage: true, endCursor: null },
      })
    }
  })
}

test('an offset next to a cursor, or one that no list has, is refused', async () => {
  const { pageInfo } = await list('first: 1')
  const cursor = JSON.stringify(pageInfo.endCursor)
  for (const args of [`first: 1, after: ${cursor}`, 'last: 1', `first: 1, before: ${cursor}`]) {
    const { errors } = await api.ask(
      `{ dataset(name: "synthetic") { evaluations(offset: 1, ${args}) { totalCount } } }`,
    )
    assert.match(errors[0].message, /^offset: expected no last, after and before next to it, got /)
  }
  for (const offset of [-1, 5_000_001]) {
    const { errors } = await api.ask(
      `{ dataset(name: "synthetic") { evaluations(first: 1, offset: ${offset}) { totalCount } } }`,
    )
    assert.match(errors[0].message, /^offset: expected a whole number from 0 to 5000000, got /)
  }
  const { errors } = await api.ask('{ dataset(name: "synthetic") { evaluations(first: 0, offset: 3) { totalCount } } }')
  assert.match(errors[0].message, /^first: /)
})

test('rows that are passed over cost units', async () => {
  const costOf = async (offset: number) => {
    const { data } = await api.ask(`{ rateLimit { cost }
      dataset(name: "synthetic") { evaluations(first: 1, offset: ${offset}) { nodes { id } } } }`)
    return data.rateLimit.cost
  }
  assert.ok(measured > 0)
  assert.equal((await costOf(400_000)) - (await costOf(0)), 800)
})
