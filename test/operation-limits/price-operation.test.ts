import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GraphQLObjectType, getIntrospectionQuery, type OperationDefinitionNode, parse, validate, visit } from 'graphql'
import { PRICE_LIST } from '../../src/graphql/operation-prices.js'
import { createSchema } from '../../src/graphql/schema.js'
import { DEFAULT_LIMITS } from '../../src/limits.js'
import { priceOperation } from '../../src/operation-limits/price-operation.js'
import { mapFragments } from '../../src/operation-limits/selections.js'

const schema = createSchema()
const price = (text: string, variables: Record<string, unknown> = {}) => {
  assert.deepEqual(validate(schema, parse(text)), [], text)
  return priceUnchecked(text, variables)
}
const priceUnchecked = (text: string, variables: Record<string, unknown> = {}) => {
  const document = parse(text)
  return priceOperation(
    schema,
    PRICE_LIST,
    mapFragments(document),
    document.definitions[0] as OperationDefinitionNode,
    variables,
  )
}
/** An operation and the dataset cost 2. */
const priceInDataset = (fields: string) => price(`{ dataset(name: "d") { ${fields} } }`)

test('a page costs a statement, and a unit per row', () => {
  assert.equal(priceInDataset('leaderboard(first: 50) { nodes { id } }'), 2 + 2 + 50 * 1.04)
  assert.equal(priceInDataset('leaderboard(last: 7) { nodes { __typename } }'), 2 + 2 + 7)
  assert.equal(priceInDataset('leaderboard { nodes { __typename } }'), 2 + 2 + 20)
  assert.equal(priceInDataset('leaderboard(first: 0) { nodes { __typename } }'), 2 + 2)
})

test('pages within pages are multiplied, also through other objects', () => {
  const nested = 'leaderboard(first: 30) { edges { node { activation { equivalents(first: 50) { nodes } } } } }'
  const [edge, node, activation, page, text] = [1, 1, 1, 2, 0.04]
  assert.equal(priceInDataset(nested), Math.ceil(2 + 2 + 30 * (edge + node + activation + page + 50 * text)))
})

test('the length of a list is charged once, not for each row', () => {
  const [short, long] = [1, 200].map((first) => priceInDataset(`leaderboard(first: ${first}) { totalCount }`))
  assert.deepEqual([short, long], [2 + 2 + 5, 2 + 2 + 5])
})

test('a size that is null costs as much as the default', () => {
  const curve = (points: string) => `{ activation(expression: "x") { curve${points} { y } } }`
  assert.equal(price(curve('(points: null)')), price(curve('')))
  assert.equal(price(curve('')), price(curve('(points: 201)')))
  const asked = 'query ($p: Int) { activation(expression: "x") { curve(points: $p) { y } } }'
  assert.equal(price(asked, { p: null }), price(curve('')))
  const page = 'query ($f: Int, $l: Int) { activations(first: $f, last: $l) { nodes { id } } }'
  assert.equal(price(page, { f: null, l: null }), price('{ activations { nodes { id } } }'))
  assert.equal(price(page, { f: null, l: 90 }), price('{ activations(last: 90) { nodes { id } } }'))
  const suggest = 'mutation ($i: SuggestInput!) { suggest(input: $i) { __typename } }'
  const [one, none] = [1, null].map((count) => price(suggest, { i: { searchId: 'i', worker: 'w', count } }))
  assert.equal(none, one)
})

test('a size in a variable, or a default, counts like one in the document', () => {
  const page = (size: string) => `dataset(name: "d") { leaderboard${size} { nodes { expression } } }`
  const query = `query ($first: Int) { ${page('(first: $first)')} }`
  assert.equal(price(query, { first: 150 }), price(`{ ${page('(first: 150)')} }`))
  assert.equal(price(query), price(`{ ${page('')} }`))
  const withDefault = 'query ($n: Int = 99) { activations(first: $n) { nodes { __typename } } }'
  assert.equal(price(withDefault), 1 + 2 + 99)
  assert.equal(price(withDefault, { n: 3 }), 1 + 2 + 3)
  const list = 'query ($e: [String!]!) { predict(dataset: "d", expressions: $e) { __typename } }'
  assert.equal(price(list, { e: Array(40).fill('x') }), 1 + 20 + 40 * 20)
  const input = 'mutation ($i: TrainActivationInput!) { trainActivation(input: $i) { __typename } }'
  assert.equal(price(input, { i: { dataset: 'd', expression: 'x', seeds: [1, 2, 3] } }), 1 + 50 + 3 * 50)
})

test('fields that @skip and @include leave out cost nothing', () => {
  const text = 'query ($v: Boolean!) { activations { nodes { id outputs @include(if: $v) { values } } } }'
  const without = price('{ activations { nodes { id } } }')
  assert.equal(price(text, { v: false }), without)
  assert.ok(price(text, { v: true }) > without + 200)
  assert.equal(
    price('{ activations { nodes { id ...V @skip(if: true) } } } fragment V on Activation { outputs { values } }'),
    without,
  )
})

test('a fragment costs its content for each spread', () => {
  const plain = price('{ a: dataset(name: "d") { leaderboard { nodes { id } } } }')
  const fragment = 'fragment P on Dataset { leaderboard { nodes { ...N } } } fragment N on Evaluation { id }'
  assert.equal(price(`{ a: dataset(name: "d") { ...P } } ${fragment}`), plain)
  assert.equal(price(`{ a: dataset(name: "d") { ... on Dataset { ...P } } } ${fragment}`), plain)
  const twice = price(`{ a: dataset(name: "d") { ...P } b: dataset(name: "d") { ...P } } ${fragment}`)
  assert.ok(Math.abs(twice - (2 * plain - 1)) <= 1)
})

test('vectors cost by their numbers, less as base64, and only for the requested part', () => {
  const outputs = (fields: string) => price(`{ activations(first: 100) { nodes { outputs { ${fields} } } } }`)
  const [length, values, base64, few] = ['length', 'values', 'base64', 'values(limit: 10)'].map(outputs)
  assert.ok(length < few && few < base64 && base64 < values)
  assert.equal(values - base64, 100 * 1000 * (0.01 - 0.002))
  const spectra = price('{ activations(first: 100) { nodes { fisherSpectrum(dataset: "d") { values } } } }')
  assert.ok(spectra > 10 * values)
})

test('the schema can be read, and lists that multiply within it exceed the limit', () => {
  assert.ok(price(getIntrospectionQuery()) < DEFAULT_LIMITS.cost / 4)
  const nested = (depth: number): string => (depth === 0 ? 'name' : `fields { type { ${nested(depth - 1)} } }`)
  assert.ok(priceUnchecked(`{ __schema { types { ${nested(8)} } } }`) > DEFAULT_LIMITS.cost)
})

test('an operation that cannot run because of its variables costs a unit', () => {
  assert.equal(price('query ($n: Int!) { activations(first: $n) { nodes { id } } }', { n: 'many' }), 1)
  assert.equal(price('query ($n: Int!) { activations(first: $n) { nodes { id } } }'), 1)
})

test('sizes that no resolver accepts make no operation free, and no number overflows', () => {
  assert.equal(price('{ activations(first: -5) { nodes { id } } }'), 3)
  const largest = price('{ activations(first: 200) { nodes { id } } }')
  assert.equal(price('{ activations(first: 2147483647) { nodes { id } } }'), largest)
  const level = (inner: string) => `evaluations { runs { evaluation { activation { ${inner} } } } }`
  const deep = Array.from({ length: 40 }).reduce<string>((inner) => level(inner), 'id')
  assert.ok(price(`{ activation(expression: "x") { ${deep} } }`) > 1e30)
})

test('each node of a document is visited once: fragments that double at each link need no more work', () => {
  let lookups = 0
  const getFields = GraphQLObjectType.prototype.getFields
  GraphQLObjectType.prototype.getFields = function (...args) {
    lookups++
    return getFields.apply(this, args)
  }
  try {
    for (const links of [10, 20, 40]) {
      const chain = Array.from({ length: links }, (_, i) => {
        const next = `...f${i + 1}`
        return `fragment f${i} on Activation { a: evaluations { activation { ${next} } } b: evaluations { activation { ${next} } } }`
      })
      const text = `{ activation(expression: "x") { ...f0 ...f0 } } ${chain.join(' ')} fragment f${links} on Activation { id }`
      const document = parse(text)
      let nodes = 0
      visit(document, { enter: () => void nodes++ })
      lookups = 0
      const cost = priceOperation(
        schema,
        PRICE_LIST,
        mapFragments(document),
        document.definitions[0] as OperationDefinitionNode,
        {},
      )
      assert.ok(lookups <= nodes, `${lookups} lookups for ${nodes} nodes`)
      assert.ok(cost > 2 ** links)
    }
  } finally {
    GraphQLObjectType.prototype.getFields = getFields
  }
})

test('more fields, more rows and more pages never cost less', () => {
  const leaf = fc.constantFrom(
    'id',
    'expression',
    'depth',
    'gaussianMean',
    'outputs { base64 }',
    'curve(points: 9) { x }',
  )
  const selection = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(fc.integer({ min: 0, max: 200 }), leaf)
        .map(([n, text]) => `n: neighbours(first: ${Math.min(n, 100)}) { activation { ${text} } }`),
      tie('tree').map((inner) => `e: evaluations { activation { ${inner} } }`),
      fc
        .tuple(tie('tree'), fc.integer({ min: 1, max: 200 }))
        .map(
          ([inner, n]) =>
            `evaluation(dataset: "d") { dataset { leaderboard(first: ${n}) { nodes { activation { ${inner} } } } } }`,
        ),
    ),
  })).tree
  const priced = (text: string, first: number) => {
    const document = parse(`{ activations(first: ${first}) { nodes { ${text} } } }`)
    return priceOperation(schema, PRICE_LIST, new Map(), document.definitions[0] as OperationDefinitionNode, {})
  }
  fc.assert(
    fc.property(selection, fc.integer({ min: 1, max: 199 }), (text, first) => {
      const cost = priced(text, first)
      assert.ok(Number.isInteger(cost) && cost >= 1)
      assert.ok(priced(text, first + 1) >= cost)
      assert.ok(priced(`${text} more: id`, first) >= cost)
    }),
  )
})

test('a long expression costs by its length, in every field, and a usual one does not', () => {
  const short = '{ activation(expression: "max(x,sigmoid(mul(x,erf(x))))") { depth } }'
  const long = `sum_n(${Array(200).fill('elish(x)').join(',')})`
  const base = price(short)
  assert.equal(base, 1 + 10 + 1)
  const own = Math.ceil((long.length - 50) * 0.2)
  assert.ok(price(`{ activation(expression: "${long}") { depth } }`) >= base - 1 + own)
  const many = 'query ($e: [String!]!) { predict(dataset: "d", expressions: $e) { mean } }'
  assert.ok(price(many, { e: Array(100).fill(long) }) > DEFAULT_LIMITS.cost)
  assert.ok(price(many, { e: Array(100).fill('max(x,sigmoid(x))') }) < DEFAULT_LIMITS.cost / 4)
  const add = `mutation { addEvaluation(input: { dataset: "d", expression: "${long}" }) { evaluation { id } } }`
  assert.ok(price(add) > own)
})
