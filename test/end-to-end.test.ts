import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { PROJECT_ROOT } from '../src/root.js'
import { startActbench } from './support/actbench.js'
import { makeFolder } from './support/folder.js'
import { waitUntil } from './support/wait-until.js'

// The path of a new user: start the built product in an empty folder and run the operations of the README as printed. Then
// train, fit a surrogate and search over HTTP and WebSocket, with a restart during a training.

test('a new user starts the product, queries, trains, fits, searches, stops it during a training and continues', async (t) => {
  const environment = { PORT: '0', ACTBENCH_DATA: join(makeFolder(), 'data') }
  let product = await startProduct(t, environment)
  const { key } = product

  for (const [index, operation] of readmeOperations().entries()) {
    await t.test(`operation ${index + 1} of the README works as pasted`, async () => {
      const data = await product.ask(operation, key)
      for (const value of Object.values(data)) assert.notEqual(value, null)
    })
  }

  await t.test('a training can be watched to its end and then appears in the leaderboard', async () => {
    const { trainActivation } = await product.ask<{ trainActivation: { jobs: { id: string }[] } }>(
      'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "tanh(mish(x))" }) { jobs { id } } }',
      key,
    )
    const states = await watchJob(product, trainActivation.jobs[0]?.id ?? '')
    assert.equal(states.at(-1)?.state, 'SUCCEEDED')
    const progress = states.map((seen) => seen.progress)
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a - b),
    )
    const { dataset } = await product.ask<{
      dataset: { evaluation: { rank: number; validationAccuracy: number; runs: { epochs: unknown[] }[] } }
    }>(
      '{ dataset(name: "mini-cnn") { evaluation(expression: "tanh(mish(x))") { rank validationAccuracy runs { seed backend epochs { epoch } } } } }',
    )
    const { rank, validationAccuracy, runs } = dataset.evaluation
    // Accuracies are shares of whole pictures, so several functions may have the same rank.
    const { dataset: board } = await product.ask<{
      dataset: { leaderboard: { nodes: { expression: string; rank: number }[] } }
    }>(
      `{ dataset(name: "mini-cnn") { leaderboard(first: 200, filter: { validationAccuracy: { min: ${validationAccuracy}, max: ${validationAccuracy} } }) { nodes { expression rank } } } }`,
    )
    assert.ok(board.leaderboard.nodes.some((node) => node.expression === 'tanh(mish(x))'))
    for (const node of board.leaderboard.nodes) assert.equal(node.rank, rank)
    assert.equal(runs.length, 1)
    assert.equal(runs[0]?.epochs.length, states.at(-1)?.epochs.length)
  })

  await t.test('the Fisher spectrum of the trained function is computed next', async () => {
    const query = '{ activation(expression: "tanh(mish(x))") { fisherSpectrum(dataset: "mini-cnn") { length } } }'
    const length = await waitUntil(async () => {
      const { activation } = await product.ask<{ activation: { fisherSpectrum: { length: number } | null } }>(query)
      return activation.fisherSpectrum?.length
    })
    assert.ok(length > 0)
  })

  await t.test('the surrogate is fitted again, announced, and predicts functions that were never trained', async () => {
    const { updateSurrogate } = await product.ask<{ updateSurrogate: { surrogate: { version: number } } }>(
      'mutation { updateSurrogate(input: { dataset: "mini-cnn", algorithm: GAUSSIAN_PROCESS }) { surrogate { version } } }',
      key,
    )
    const { version } = updateSurrogate.surrogate
    const query = 'subscription { surrogateUpdated(dataset: "mini-cnn") { version state failure } }'
    for await (const { surrogateUpdated: seen } of product.watch<{
      surrogateUpdated: { version: number; state: string; failure: string | null }
    }>(query)) {
      assert.notEqual(seen.state, 'FAILED', seen.failure ?? '')
      if (seen.version === version && seen.state === 'READY') break
    }
    const { predict } = await product.ask<{ predict: { mean: number; surrogate: { version: number } }[] }>(
      '{ predict(dataset: "mini-cnn", expressions: ["erf(swish(x))", "max(x, tanh(square(x)))", "gelu(arctan(x))"]) { mean surrogate { version } } }',
    )
    assert.equal(predict.length, 3)
    const { dataset } = await product.ask<{
      dataset: { evaluationCount: number; surrogate: { trainedOn: number; leftOut: number } }
    }>('{ dataset(name: "mini-cnn") { evaluationCount surrogate { trainedOn leftOut } } }')
    assert.equal(dataset.surrogate.trainedOn + dataset.surrogate.leftOut, dataset.evaluationCount)
    for (const { mean, surrogate } of predict) {
      assert.ok(mean >= 0 && mean <= 1)
      assert.ok(surrogate.version >= version)
    }
  })

  await t.test('a suggestion with `train: true` is trained and reported automatically', async () => {
    const { createSearch } = await product.ask<{ createSearch: { search: { id: string } } }>(
      'mutation { createSearch(input: { dataset: "mini-cnn", budget: 2, seed: 7 }) { search { id } } }',
      key,
    )
    const { id } = createSearch.search
    const { suggest } = await product.ask<{ suggest: { suggestions: { id: string; expression: string }[] } }>(
      `mutation { suggest(input: { searchId: "${id}", worker: "w", train: true }) { suggestions { id expression } } }`,
      key,
    )
    assert.equal(suggest.suggestions.length, 1)
    const state = await waitUntil(async () => {
      const { search } = await product.ask<{ search: { completed: number; history: unknown[] } }>(
        `{ search(id: "${id}") { completed history { step bestValidationAccuracy suggestion { id } } } }`,
      )
      return search.completed === 1 ? search : null
    }, 120)
    assert.equal(state.history.length, 1)
  })

  await t.test('a job succeeds even if the product is stopped during its training and started again', async (t) => {
    const { trainActivation } = await product.ask<{ trainActivation: { jobs: { id: string }[] } }>(
      'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "gelu(x)", seeds: [11] }) { jobs { id } } }',
      key,
    )
    const id = trainActivation.jobs[0]?.id ?? ''
    await waitUntil(async () => {
      const { trainingJob } = await product.ask<{ trainingJob: JobSeen }>(
        `{ trainingJob(id: "${id}") { state progress epochs { epoch } } }`,
      )
      return trainingJob.state === 'RUNNING'
    })
    // Ctrl-C under npm sends two signals: one from the terminal and, right after it, one from npm.
    product.command.child.kill('SIGINT')
    await sleep(20)
    product.command.child.kill('SIGINT')
    assert.equal((await product.command.ended).status, 0)

    product = await startProduct(t, environment)
    const last = (await watchJob(product, id)).at(-1)
    assert.equal(last?.state, 'SUCCEEDED')
    assert.deepEqual(
      last?.epochs.map(({ epoch }) => epoch),
      last?.epochs.map((_, index) => index + 1),
    )
  })
})

interface JobSeen {
  state: string
  progress: number
  epochs: { epoch: number }[]
}

async function watchJob(product: Product, id: string): Promise<JobSeen[]> {
  const seen: JobSeen[] = []
  const query = `subscription { trainingJob(id: "${id}") { state progress epochs { epoch } } }`
  for await (const { trainingJob } of product.watch<{ trainingJob: JobSeen }>(query)) {
    seen.push(trainingJob)
    if (['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(trainingJob.state)) break
  }
  return seen
}

type Product = Awaited<ReturnType<typeof startProduct>>

async function startProduct(t: TestContext, environment: Record<string, string>) {
  const command = startActbench(['start'], environment)
  t.after(() => command.child.kill('SIGTERM') && command.ended)
  const address = await waitUntil(() => {
    assert.equal(command.child.exitCode, null, command.said.stderr)
    return /API +(http:\S+)\/graphql[\s\S]*Ctrl-C/.exec(command.said.stdout)?.[1]
  }, 120)
  const client = createClient({
    url: `${address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  t.after(() => client.dispose())

  async function ask<T = Record<string, unknown>>(query: string, key?: string): Promise<T> {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      body: JSON.stringify({ query }),
    })
    const { data, errors } = (await response.json()) as { data: T; errors?: unknown }
    assert.equal(errors, undefined, `${query}\n${JSON.stringify(errors)}`)
    return data
  }

  async function* watch<T>(query: string): AsyncGenerator<T> {
    for await (const { data, errors } of client.iterate<T>({ query })) {
      assert.equal(errors, undefined, JSON.stringify(errors))
      yield data as T
    }
  }

  return { command, ask, watch, key: /abk_\S+/.exec(command.said.stdout)?.[0] ?? '' }
}

/** The GraphQL operations of the README, in order. */
function readmeOperations(): string[] {
  const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8')
  return [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map((match) => match[1] as string)
}
