import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepareTarget } from './support/attacks/attack-target.js'
import { ATTACKS, runAttacks } from './support/attacks/attacks.js'
import { openTestDatabase } from './support/database.js'
import { startServerProcess } from './support/server-process.js'

test('attacks over HTTP and WebSocket get the expected answers, and the server survives', async (t) => {
  const database = await openTestDatabase(t)
  const prepared = await prepareTarget(database)
  const limits = {
    ACTBENCH_LIMIT_HEADER_SECONDS: '2',
    ACTBENCH_LIMIT_BODY_SECONDS: '3',
    ACTBENCH_LIMIT_INIT_SECONDS: '2',
  }
  const server = await startServerProcess(database.url, { ...limits, ACTBENCH_RATE_LIMIT: '0' })
  t.after(() => server.child.kill('SIGKILL'))
  assert.ok(ATTACKS.length > 80)
  assert.deepEqual(await runAttacks({ address: server.address, ...prepared }), [])
  assert.equal(await database.prisma.apiKey.count(), 2)
  const names = (await database.prisma.dataset.findMany()).map(({ name }) => name).sort()
  assert.deepEqual(names, ['by-hash', 'mini-cnn', 'of-a-stranger'])
  assert.equal((await database.prisma.trainingJob.findFirstOrThrow()).state, 'QUEUED')
  assert.equal(server.child.exitCode, null)
  assert.doesNotMatch(server.log(), /not foreseen/)
  for (const line of server.log().split('\n')) if (line) assert.doesNotThrow(() => JSON.parse(line), line)
})
