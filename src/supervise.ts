/** The process of `npm start`: the same as `actbench start`, without the rest of the command line in memory. */
import process from 'node:process'
import { describeFailure } from './commands/describe-failure.js'
import { superviseUntilStopped } from './start/supervisor.js'

// The service continues if nobody reads its output.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
try {
  await superviseUntilStopped()
} catch (error) {
  for (const line of describeFailure(error).split('\n')) process.stderr.write(`actbench: ${line}\n`)
  process.exit(1)
}
