import { setTimeout as sleep } from 'node:timers/promises'

/** A client that requests trainings over HTTP until each is acknowledged, whatever fails in between. */
export interface JobClient {
  /** Requests a training of a function and a seed that were not requested before. */
  queue(): Promise<void>
  /** Numbers of the jobs that were acknowledged, one for each `queue`. */
  readonly acknowledged: ReadonlySet<number>
}

const EXPRESSIONS = ['relu(x)', 'swish(x)', 'tanh(x)', 'mish(x)', 'gelu(x)', 'elu(x)']
const MUTATION = `mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id } } }`
const RETRY_MILLISECONDS = 100

/** Repeated requests have the same idempotency key, and each goes to the next server. */
export function createJobClient(addresses: readonly string[], secret: string): JobClient {
  const acknowledged = new Set<number>()
  let count = 0
  return {
    acknowledged,
    async queue() {
      const place = count++
      const input = {
        dataset: 'tiny',
        expression: EXPRESSIONS[place % EXPRESSIONS.length],
        seeds: [place],
        idempotencyKey: `job ${place}`,
      }
      for (let attempt = place; ; attempt++) {
        const id = await ask(addresses[attempt % addresses.length], secret, input)
        if (id !== null) return void acknowledged.add(id)
        await sleep(RETRY_MILLISECONDS)
      }
    },
  }
}

/** The job's id; null if the server did not answer, or answered that it is unavailable. */
async function ask(address: string, secret: string, input: unknown): Promise<number | null> {
  try {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: MUTATION, variables: { input } }),
      signal: AbortSignal.timeout(30_000),
    })
    const { data } = (await response.json()) as { data?: { trainActivation: { jobs: { id: string }[] } } | null }
    const [job] = data?.trainActivation?.jobs ?? []
    return job ? Number(Buffer.from(job.id, 'base64url').toString().split(':')[1]) : null
  } catch {
    return null
  }
}
