// Prints each new or changed evaluation of a dataset until it is stopped, or until it has seen so many.
//   node examples/watch.mjs mini-cnn
//   node examples/watch.mjs mini-cnn 5
// graphql-ws connects again by itself. `since` is the time of the first subscription, so nothing is lost in between.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { url } from './client.mjs'

const [dataset = 'mini-cnn', most = 'Infinity'] = process.argv.slice(2)
const since = new Date().toISOString()
const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql/ws`,
  webSocketImpl: WebSocket,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  on: { connected: () => console.log(`watching ${dataset}`) },
})
const query = `
  subscription ($dataset: String!, $since: DateTime) {
    evaluations(dataset: $dataset, since: $since) { expression rank validationAccuracy }
  }`

let seen = 0
for await (const { data, errors } of client.iterate({ query, variables: { dataset, since } })) {
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  const { expression, rank, validationAccuracy } = data.evaluations
  console.log(`rank ${rank}  ${validationAccuracy?.toFixed(4)}  ${expression}`)
  if (++seen >= Number(most)) break
}
await client.dispose()
