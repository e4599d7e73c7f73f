// Attacks a new server with a new database, and prints the answer to each attack.
//   node build/bench/reliability/attack.js
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { prepareTarget } from '../../test/support/attacks/attack-target.js'
import { runAttacks, timeKeys } from '../../test/support/attacks/attacks.js'
import { startServerProcess } from '../../test/support/server-process.js'

const folder = mkdtempSync(join(tmpdir(), 'actbench-attack-'))
const postgres = await openEmbeddedPostgres(folder)
await applyMigrations(postgres.url)
const database = openDatabase(postgres.url)
const server = await startServerProcess(postgres.url, { ACTBENCH_RATE_LIMIT: '0' })
const target = { address: server.address, ...(await prepareTarget(database)) }
console.log('| tried | answered |\n| --- | --- |')
const failures = await runAttacks(target, ({ name }, answer, isWell) =>
  console.log(`| ${name} | ${answer}${isWell ? '' : ' (not as expected)'} |`),
)
const { far, near, spread } = await timeKeys(target, 300)
console.log(
  `refusing a wrong key: ${far.toFixed(2)} ms; refusing one that differs from a valid key only in its last character: ${near.toFixed(2)} ms (medians of 300; median deviation ${spread.toFixed(2)} ms)`,
)
console.log(failures.length === 0 ? 'all as expected' : failures)
const unexpected = server
  .log()
  .split('\n')
  .filter((line) => line.includes('not foreseen'))
console.log(`unexpected failures in the log: ${unexpected.length}`)
for (const message of new Set(unexpected.map((line) => JSON.parse(line).err?.message))) console.log(message)
server.child.kill('SIGTERM')
await server.exited
await database.close()
await postgres.close()
rmSync(folder, { recursive: true, force: true })
process.exit(failures.length > 0 ? 1 : 0)
