// Works on a search with the client for TypeScript until it has ended: node run-search-client.js URL KEY FILE WORKERS. A test
// kills it at any time.
import process from 'node:process'
import { createClient } from '../../clients/typescript/src/index.js'

const [url, key, file, workers] = process.argv.slice(2)
const search = await createClient({ url, key }).search('mine', {
  ...{ file, algorithm: 'RANDOM', schemas: ['unary(unary(x))'], budget: 24, seed: 1 },
})
let count = 0
await search.optimize(
  async ({ expression }) => {
    await new Promise((done) => setTimeout(done, 100))
    if (++count % 10 === 0) throw new Error('diverged')
    return new Set(expression).size / 40
  },
  { workers: Number(workers), leaseSeconds: 3, pollSeconds: 0.2 },
)
console.log(search.status.state)
