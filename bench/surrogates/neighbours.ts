// Measures queries for ten neighbours by outputs in a database, for example one filled by `actbench space add`. The first
// query also builds the sketch of a large source. Prints CPU time of this process and wall time for each function.
//   node build/bench/surrogates/neighbours.js postgresql://... [EXPRESSION...]
import process from 'node:process'
import { openDatabase } from '../../src/db/connection/client.js'
import { describeActivation } from '../../src/services/activations/describe-activation.js'
import { neighbours } from '../../src/services/neighbours/neighbours.js'

const FUNCTIONS = [
  ...['swish(x)', 'relu(x)', 'max(tanh(x),swish(x))', 'erf(x)', 'square(x)'],
  ...['mul(x,sigmoid(x))', 'exp(x)', 'bessel_i0e(x)', 'sinh(exp(x))'],
]

const [url, ...given] = process.argv.slice(2)
if (!url) throw new Error('URL: missing; expected the address of a database, such as postgresql://user@host/name')
const database = openDatabase(url)
try {
  const { rows } = await database.pool.query('SELECT count(*)::int FROM activation_outputs')
  console.log(`${rows[0].count} functions with outputs`)
  await measure('x', 'the first query (x)')
  for (const expression of given.length > 0 ? given : FUNCTIONS) await measure(expression, expression)
  console.log(`${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB peak memory`)
} finally {
  await database.close()
}

async function measure(expression: string, name: string): Promise<void> {
  const { identityHex, outputs } = describeActivation(expression)
  const [began, before] = [performance.now(), process.cpuUsage()]
  const found = await neighbours(database, { identityHex, outputs, space: 'OUTPUTS', first: 10 })
  const { user, system } = process.cpuUsage(before)
  const milliseconds = `${((user + system) / 1000).toFixed(0)} ms CPU, ${(performance.now() - began).toFixed(0)} ms`
  console.log(`${name}: ${milliseconds}, ${found.length} found, the farthest at ${found.at(-1)?.distance.toFixed(4)}`)
}
