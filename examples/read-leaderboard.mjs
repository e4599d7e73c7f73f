// Prints the best functions of a dataset. Needs no key.
//   node examples/read-leaderboard.mjs mini-cnn 10
import { request } from './client.mjs'

const [dataset = 'mini-cnn', count = '10'] = process.argv.slice(2)

const query = `
  query Leaderboard($dataset: String!, $count: Int!) {
    service { version }
    dataset(name: $dataset) {
      title
      version
      leaderboard(first: $count) {
        totalCount
        nodes { rank expression validationAccuracy rankInterval { best worst } }
      }
    }
  }`

const { service, dataset: found } = await request(query, { dataset, count: Number(count) })
if (!found) throw new Error(`dataset: there is no dataset ${dataset}`)
const { totalCount, nodes } = found.leaderboard
console.log(`${found.title} version ${found.version}, service ${service.version}: ${totalCount} functions`)
for (const { rank, expression, validationAccuracy, rankInterval } of nodes) {
  const range = rankInterval ? ` (${rankInterval.best} to ${rankInterval.worst})` : ''
  console.log(`${String(rank).padStart(4)}${range}  ${validationAccuracy.toFixed(4)}  ${expression}`)
}
