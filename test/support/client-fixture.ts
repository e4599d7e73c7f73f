import type { TestContext } from 'node:test'
import { openTestApi, type TestApi } from './api.js'

export interface ClientFixture {
  readonly api: TestApi
  /** The address of the API, such as http://127.0.0.1:4000. */
  readonly address: string
  readonly webSocketAddress: string
  /** A key with the scope ADMIN. */
  readonly secret: string
  /** Adds an evaluation of a function to the dataset `mine`, through another server if one is given. */
  add(expression: string, validationAccuracy: number, through?: TestApi): Promise<void>
}

/** Opens the API on a free port, with a dataset `mine` that has evaluations of five functions. */
export async function openClientFixture(t?: TestContext): Promise<ClientFixture> {
  const api = await openTestApi(t)
  const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  const secret = await api.createKey('ADMIN')
  const write = async (mutation: string, variables = {}, through = api) => {
    const { errors } = await through.ask(mutation, variables, secret)
    if (errors.length > 0) throw new Error(errors[0].message)
  }
  const add = (expression: string, validationAccuracy: number, through = api) =>
    write(
      `mutation ($e: String!, $a: Float!) {
        addEvaluation(input: { dataset: "mine", expression: $e, validationAccuracy: $a }) { evaluation { id } } }`,
      { e: expression, a: validationAccuracy },
      through,
    )
  await write(
    'mutation { createDataset(input: { name: "mine", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }',
  )
  for (const [i, expression] of ['relu(x)', 'tanh(x)', 'elu(x)', 'erf(x)', 'selu(x)'].entries()) {
    await add(expression, 0.9 - i / 10)
  }
  return { api, address, webSocketAddress: `${address.replace('http', 'ws')}/graphql/ws`, secret, add }
}

/** Resolves when a server has so many open subscriptions; then it has read the current state for each of them. */
export async function countSubscriptions({ app }: TestApi): Promise<number> {
  return Number(/^actbench_subscriptions (\d+)$/m.exec(await app.gate.metrics.write())?.[1])
}
