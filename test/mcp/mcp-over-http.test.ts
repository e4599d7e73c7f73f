import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { OPERATIONS } from '../../src/api-client/operations.js'
import { TOOLS } from '../../src/mcp/create-mcp-server.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestApi } from '../support/api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../support/fixtures/learning-fixture.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { startWorkerProcess } from '../support/worker-process.js'

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from the tool that the test calls.
type Found = any

const api = await openTestApi()
const address = await openService()

async function openService(): Promise<string> {
  const measured = await storeFunctions(api.database, listFunctions(60))
  const { id } = await createSyntheticDataset(api.database, { measured })
  await createTrainable(api.database, 'tiny')
  const { id: surrogateId } = await api.database.prisma.surrogate.create({
    data: { datasetId: id, version: 1, algorithm: 'GAUSSIAN_PROCESS' },
  })
  await updateSurrogate(api.database, { surrogateId })
  return api.app.http.listen({ port: 0, host: '127.0.0.1' })
}

async function connect(secret?: string) {
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
  const transport = new StreamableHTTPClientTransport(new URL(`${address}/mcp`), { requestInit: { headers } })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport as Transport)
  after(() => client.close())
  const call = async (name: string, given: Record<string, unknown> = {}): Promise<Found> => {
    const { content, structuredContent, isError } = (await client.callTool({ name, arguments: given })) as Found
    const [{ text }] = content
    if (isError) return { isError, text }
    assert.deepEqual(JSON.parse(text), structuredContent)
    return structuredContent
  }
  return { client, call }
}

test('every operation is used by a tool and has a tool or resource that sends it', async () => {
  const sent = new Set<string>()
  for (const tool of TOOLS) {
    const send = async ({ operationName = '' }: { operationName?: string }) => {
      sent.add(operationName)
      return { errors: [{ message: 'not now', extensions: { code: 'CONFLICT' } }] }
    }
    await assert.rejects(
      tool.run(send, { expressions: [], datasets: [] }, AbortSignal.timeout(1000)),
      /CONFLICT: not now/,
    )
  }
  assert.deepEqual([...sent].sort(), [...OPERATIONS.keys()].sort())
})

test('an agent finds the best function under a constraint, predicts ten of its own, trains one and reads the result', async (t) => {
  const { client, call } = await connect(await api.createKey('TRAIN', 'SEARCH'))
  assert.match(client.getInstructions() ?? '', /list_datasets/)
  const { tools } = await client.listTools()
  assert.deepEqual(tools.map(({ name }) => name).sort(), TOOLS.map(({ name }) => name).sort())

  const { nodes: datasets } = await call('list_datasets')
  assert.deepEqual(datasets.map(({ name }: Found) => name).sort(), ['synthetic', 'tiny'])

  const all = await call('leaderboard', { dataset: 'synthetic', count: 200 })
  assert.equal(all.totalCount, 60)
  const first = await call('look_up_function', { expression: all.nodes[0].expression })
  const [operator] = first.operators
  const without = await call('leaderboard', { dataset: 'synthetic', withoutOperators: [operator], count: 1 })
  assert.ok(without.totalCount > 0 && without.totalCount < 60, `${without.totalCount}`)
  const best = await call('look_up_function', { expression: without.nodes[0].expression })
  assert.ok(!best.operators.includes(operator))
  assert.equal(best.evaluations[0].rank, without.nodes[0].rank)

  const [top, last] = [all.nodes[0], all.nodes.at(-1)]
  const compared = { dataset: 'synthetic', expression: last.expression, other: top.expression }
  const difference = await call('tell_apart', compared)
  // No function has a second run.
  assert.deepEqual([difference.verdict, difference.pValue, top.tieGroup], ['UNKNOWN', null, null])
  const gap = last.validationAccuracy - top.validationAccuracy
  assert.ok(gap < 0 && Math.abs(difference.difference - gap) < 1e-12)
  assert.deepEqual(
    [difference.evaluation.value, difference.other.value],
    [last.validationAccuracy, top.validationAccuracy],
  )
  for (const unmeasured of [{ expression: 'tanh(tanh(tanh(x)))' }, { other: 'tanh(tanh(tanh(x)))' }]) {
    assert.match((await call('tell_apart', { ...compared, ...unmeasured })).text, /^NOT_FOUND: expression: /)
  }

  const own = ['relu(x)', 'tanh(mish(x))', 'x*sigmoid(1.5*x)', 'SiLU(x)', 'max(x,tanh(x))', 'erf(x)', 'selu(x)']
  const { predictions } = await call('predict', {
    dataset: 'synthetic',
    expressions: [...own, 'log(x)', 'frob(x)', 'x*'],
  })
  assert.equal(predictions.length, 10)
  for (const each of predictions.slice(0, 7)) assert.ok(each.mean > 0 && each.mean < 1 && each.standardDeviation > 0)
  assert.deepEqual(
    predictions.slice(7).map(({ expression, code }: Found) => [expression, code]),
    [
      ['log(x)', 'NOT_FINITE'],
      ['frob(x)', 'INVALID_EXPRESSION'],
      ['x*', 'INVALID_EXPRESSION'],
    ],
  )
  assert.match(predictions[8].refused, /frob/)

  await startWorkerProcess(t, api.database.url)
  const { jobs, runs } = await call('train', { dataset: 'tiny', expression: 'tanh(mish(x))' })
  assert.deepEqual([jobs.length, runs.length], [1, 0])
  let job: Found
  do job = await call('training_job', { id: jobs[0].id, waitSeconds: 10 })
  while (['QUEUED', 'RUNNING'].includes(job.state))
  assert.equal(job.state, 'SUCCEEDED')
  assert.ok(job.run.validationAccuracy > 0)
  const { evaluations } = await call('look_up_function', { expression: 'tanh(mish(x))' })
  const measured = evaluations.find(({ dataset }: Found) => dataset.name === 'tiny')
  assert.equal(measured.validationAccuracy, job.run.validationAccuracy)
  const again = await call('train', { dataset: 'tiny', expression: 'tanh(mish(x))' })
  assert.deepEqual([again.jobs.length, again.runs.length], [0, 1])
})

test('an agent searches: it gets suggestions, reports results, and sees the best', async () => {
  const { call } = await connect(await api.createKey('SEARCH'))
  const { id } = await call('create_search', { dataset: 'synthetic', algorithm: 'RANDOM', budget: 3, seed: 1 })
  const { suggestions } = await call('suggest', { searchId: id, count: 2 })
  assert.equal(suggestions.length, 2)
  assert.equal((await call('search_state', { searchId: id })).suggestions.totalCount, 2)
  const [first, second] = suggestions
  await call('report_evaluation', { suggestionId: first.id, validationAccuracy: 0.7 })
  const { suggestion, search } = await call('report_evaluation', { suggestionId: second.id, failure: 'diverged' })
  assert.deepEqual([suggestion.state, suggestion.failure], ['FAILED', 'diverged'])
  assert.deepEqual([search.completed, search.best.expression], [1, first.expression])
  const again = await call('report_evaluation', { suggestionId: first.id, validationAccuracy: 0.8 })
  assert.match(again.text, /^CONFLICT: /)
})

test('keys, scopes, prices and errors are those of the API', async () => {
  const { call } = await connect()
  const refused = await call('train', { dataset: 'tiny', expression: 'relu(x)' })
  assert.match(refused.text, /^UNAUTHENTICATED: /)
  const forbidden = await (await connect(await api.createKey('SEARCH'))).call('train', {
    dataset: 'tiny',
    expression: 'x',
  })
  assert.match(forbidden.text, /^FORBIDDEN: /)
  assert.match((await call('describe_dataset', { dataset: 'no-such' })).text, /^NOT_FOUND: /)
  assert.match((await call('look_up_function', { expression: 'tanh(x' })).text, /^INVALID_EXPRESSION: /)
  // The budget refills all the time; the count of what was charged does not.
  const authorization = `Bearer ${await api.createKey('ADMIN')}`
  const readCharged = async () => {
    const { body } = await api.app.http.inject({ url: '/metrics', headers: { authorization } })
    return Number(body.match(/^actbench_operation_cost_total(?:\{.*\})? (\S+)$/m)?.[1])
  }
  const before = await readCharged()
  await call('leaderboard', { dataset: 'synthetic', count: 200 })
  const charged = (await readCharged()) - before
  assert.ok(charged > 20, `60 rows of a leaderboard cost as much as in the API, got ${charged}`)
  const wrong = await call('leaderboard', { dataset: 'synthetic', count: 'many' })
  assert.match(wrong.text, /count/)
})

test('resources: the schema, the overview, and each dataset', async () => {
  const { client } = await connect()
  const { resources } = await client.listResources()
  assert.ok(resources.some(({ uri }) => uri === 'actbench://datasets/synthetic'))
  const schema = (await client.readResource({ uri: 'actbench://schema.graphql' })) as Found
  assert.match(schema.contents[0].text, /^type Query \{/m)
  const dataset = (await client.readResource({ uri: 'actbench://datasets/synthetic' })) as Found
  assert.equal(JSON.parse(dataset.contents[0].text).evaluationCount, 60)
})

test('other methods and other bodies are refused', async () => {
  const get = await fetch(`${address}/mcp`, { headers: { accept: 'text/event-stream' } })
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST'])
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  for (const [body, status] of [
    ['{', 400],
    ['{"jsonrpc":"2.0"}', 400],
  ] as const) {
    const answer = await fetch(`${address}/mcp`, { method: 'POST', headers, body })
    assert.equal(answer.status, status, `${body}: ${await answer.text()}`)
  }
})
