import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createSchema } from '../../src/graphql/schema.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, createWorker, fitBenchmark, playTraining } from '../support/benchmark.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { FUZZ_RUNS, openFuzzer } from '../support/fuzz.js'
import { drawOperation, type Values } from '../support/random-queries/random-query.js'

const api = await openTestApi(undefined, undefined, { rateLimit: 0 })
const schema = createSchema()
const benchmark = await createBenchmark(api.database, 30, 20)
await fitBenchmark(api.database, benchmark)
await createTrainable(api.database)
const secret = await api.createKey('ADMIN')
const values = await fill()
const fuzzer = await openFuzzer(api, secret)
after(() => {
  fuzzer.close()
  console.log(`answers: ${[...fuzzer.codes].map(([code, count]) => `${code} ${count}`).join(', ')}`)
})

test('random operations with random arguments fail only with errors of the client', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(2 ** 30)), async (stream) => {
      const draw = (count: number) => stream.next().value % count
      const { document, variables } = drawOperation(schema, draw, values)
      await fuzzer.ask(document, variables)
    }),
    { numRuns: 4 * FUZZ_RUNS },
  )
  assert.ok((fuzzer.codes.get('OK') ?? 0) > FUZZ_RUNS / 2, 'too few of them are answered with data')
})

test('none of these requests caused an unexpected failure', () => {
  assert.deepEqual(api.log, [])
})

/** One object of each kind, and values for arguments: valid ones, and values out of range. */
async function fill(): Promise<Values> {
  const ask = async (query: string) => {
    const { data, errors } = await api.ask(query, {}, secret)
    assert.deepEqual(errors, [])
    return data
  }
  const { trainActivation } = await ask(
    'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: [0, 1] }) { jobs { id } } }',
  )
  const worker = await createWorker(api.database)
  const job = await api.database.prisma.trainingJob.findFirstOrThrow({ orderBy: { id: 'asc' } })
  await playTraining(api.database, job.id, worker.id)
  await ask(
    'mutation { createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }',
  )
  const { createSearch } = await ask(
    'mutation { createSearch(input: { dataset: "own", algorithm: RANDOM, budget: 200, seed: 1 }) { search { id } } }',
  )
  const { suggest } = await ask(
    `mutation { suggest(input: { searchId: "${createSearch.search.id}", worker: "w", count: 5 }) { suggestions { id } } }`,
  )
  const page = await ask('{ activations(first: 2) { nodes { id } pageInfo { endCursor } } datasets { nodes { id } } }')
  const ids = [
    ...page.activations.nodes,
    ...page.datasets.nodes,
    ...trainActivation.jobs,
    createSearch.search,
    ...suggest.suggestions,
  ].map(({ id }: { id: string }) => id)
  const expressions = [
    'relu(x)',
    'mish(x)',
    'swish(erf(x))',
    'max(x,tanh(x))',
    'reciprocal(zero(x))',
    'sine(x)',
    'x',
    '',
  ]
  const names = ['synthetic', 'mini-cnn', 'own', 'nope']
  return {
    ID: [...ids, 'nonsense'],
    id: ids,
    searchId: [createSearch.search.id, ids[0]],
    suggestionId: suggest.suggestions.map(({ id }: { id: string }) => id),
    Int: [0, 1, 2, 3, 5, 20, 100, -1, 2 ** 31 - 1],
    first: [1, 2, 3, 10],
    Float: [0, 0.5, 1, -1, 1e300, 0.25],
    Boolean: [true, false],
    String: ['text', '', 'a'.repeat(300), 'ünï¢ode'],
    DateTime: ['2100-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    after: [page.activations.pageInfo.endCursor, 'bm9uc2Vuc2U'],
    before: [page.activations.pageInfo.endCursor],
    expression: expressions,
    expressions,
    dataset: names,
    datasets: names,
    name: names,
    evaluatedIn: names,
    notEvaluatedIn: names,
    operators: ['relu', 'tanh', 'nope'],
    schemas: ['unary(x)', 'unary(unary(x))', 'relu(', 'binary(unary(x),unary(x))'],
    seed: [0, 1, 7],
    seeds: [0, 1, 2, 3],
    worker: ['w', ''],
  }
}
