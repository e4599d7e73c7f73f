import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getOperationAST, parse, validate } from 'graphql'
import { PRICE_LIST } from '../../src/graphql/operation-prices.js'
import { createSchema } from '../../src/graphql/schema.js'
import { JsonText } from '../../src/operation-limits/json-text.js'
import { priceOperation } from '../../src/operation-limits/price-operation.js'
import { computeRefund } from '../../src/operation-limits/refund.js'
import { mapFragments } from '../../src/operation-limits/selections.js'

const schema = createSchema()

function read(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query)
  assert.deepEqual(validate(schema, document), [], query)
  const operation = getOperationAST(document)
  assert.ok(operation)
  const requested = { document, operation, variables }
  return {
    price: priceOperation(schema, PRICE_LIST, mapFragments(document), operation, variables),
    refund: (data: Record<string, unknown>) => computeRefund(schema, PRICE_LIST, requested, data),
  }
}

const rows = (count: number, row: unknown = { id: 'x' }) => Array.from({ length: count }, () => row)

/** Whoever asks for 200 rows and gets `count` pays as much as if it had asked for that number. Prices are whole units. */
function assertFair(write: (size: number) => string, answer: (count: number) => Record<string, unknown>) {
  const { price, refund } = read(write(200))
  for (const count of [1, 2, 57, 199, 200]) {
    const paid = price - refund(answer(count))
    const fair = read(write(count)).price
    assert.ok(paid >= fair && paid <= fair + 1, `${write(count)}: expected ${fair}, got ${paid}`)
  }
  assert.equal(refund(answer(200)), 0)
  assert.equal(refund(answer(0)), 0, 'an empty page keeps its price')
}

test('the rows of a page that did not come are given back', () => {
  assertFair(
    (size) => `{ trainingJobs(first: ${size}) { totalCount nodes { id state epochs { epoch } } } }`,
    (count) => ({ trainingJobs: { totalCount: count, nodes: rows(count) } }),
  )
  assertFair(
    (size) => `{ activations(first: ${size}) { nodes { neighbours(first: 100) { distance } } } }`,
    (count) => ({ activations: { nodes: rows(count, { neighbours: [] }) } }),
  )
})

test('edges, aliases, fragments, both directions and lists as JSON count alike', () => {
  const inDataset = (list: string) => `{ mine: dataset(name: "a") { page: ${list} } }
    ${list.includes('Page') ? 'fragment Page on EvaluationConnection { some: nodes { id activation { id } } }' : ''}`
  const answer = (page: (count: number) => object) => (count: number) => ({ mine: { page: page(count) } })
  const edges = answer((count) => ({ edges: rows(count, { node: { id: 'x' } }), nodes: rows(count) }))
  assertFair((size) => inDataset(`leaderboard(last: ${size}) { edges { cursor node { id } } nodes { id } }`), edges)
  const some = answer((count) => ({ some: rows(count) }))
  assertFair((size) => inDataset(`evaluations(first: ${size}) { ...Page }`), some)
  assertFair((size) => inDataset(`evaluations(first: ${size}) { ... { ...Page } }`), some)
  const text = answer((count) => ({ nodes: new JsonText('[]', count) }))
  assertFair((size) => inDataset(`evaluations(first: ${size}, offset: 1000) { nodes { id } }`), text)
})

test('a page without arguments is charged by its default size, and one of a variable by its value', () => {
  const nodes = 'nodes { id expression }'
  const got = { activations: { nodes: rows(3) } }
  const fair = read(`{ activations(first: 3) { ${nodes} } }`).price
  const isFair = ({ price, refund }: ReturnType<typeof read>) => [0, 1].includes(price - refund(got) - fair)
  const byDefault = read(`{ activations { ${nodes} } }`)
  assert.ok(isFair(byDefault))
  const byVariable = read(`query ($n: Int) { activations(first: $n) { ${nodes} } }`, { n: 40 })
  assert.ok(isFair(byVariable))
})

test('a page within a page counts for each row that came', () => {
  const query = (outer: number, inner: number) =>
    `{ datasets(first: ${outer}) { nodes { id leaderboard(first: ${inner}) { nodes { id } } } } }`
  const { price, refund } = read(query(50, 100))
  const row = (count: number) => ({ id: 'x', leaderboard: { nodes: rows(count) } })
  const paid = price - refund({ datasets: { nodes: [row(10), row(30)] } })
  const fair = read(query(2, 20)).price
  assert.ok(paid >= fair && paid <= fair + 1, `expected ${fair}, got ${paid}`)
})

test('nothing is given back for what is not a page, was left out, failed, or came in full', () => {
  assert.equal(read('{ operators { name } }').refund({ operators: [] }), 0)
  assert.equal(
    read('{ dataset(name: "a") { leaderboard { totalCount } } }').refund({
      dataset: { leaderboard: { totalCount: 0 } },
    }),
    0,
  )
  assert.equal(read('{ dataset(name: "a") { leaderboard { nodes { id } } } }').refund({ dataset: null }), 0)
  const skipped = read('query ($no: Boolean!) { activations @skip(if: $no) { nodes { id } } }', { no: true })
  assert.equal(skipped.refund({}), 0)
  assert.equal(read('{ activations(first: 5) { nodes { id } } }').refund({ activations: { nodes: rows(5) } }), 0)
  const failed = read('{ compare(expressions: ["x"], datasets: ["a"]) { activation { equivalents { nodes } } } }')
  assert.equal(failed.refund({ compare: [null] }), 0)
})
