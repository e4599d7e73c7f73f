import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { runActbench } from '../../support/actbench.js'
import { openTestApi } from '../../support/api.js'
import { feedActbench } from '../../support/feed-actbench.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'

const ACTBENCH_URL = await openService()

async function openService(): Promise<string> {
  const { database, app } = await openTestApi()
  const { id } = await createSyntheticDataset(database, { measured: await storeFunctions(database, listFunctions(60)) })
  const data = { datasetId: id, version: 1, algorithm: 'GAUSSIAN_PROCESS' as const }
  await updateSurrogate(database, { surrogateId: (await database.prisma.surrogate.create({ data })).id })
  return app.http.listen({ port: 0, host: '127.0.0.1' })
}

test('each function is predicted, or has the reason in its place', async () => {
  const run = (...args: string[]) => runActbench(['predict', ...args], { ACTBENCH_URL })
  const { status, stdout, stderr } = await run('synthetic', 'tanh(mish(x))', 'relu(', 'log(x)')
  assert.deepEqual([status, stderr], [1, ''])
  const [head, first, second, third, ...rest] = stdout.split('\n')
  assert.match(head, /^ +mean +deviation +measured {2}function$/)
  assert.match(first, /^ +0\.\d{4} +0\.\d{4} +- {2}tanh\(mish\(x\)\)$/)
  assert.match(second, /^ +- +- +- {2}relu\( {2}INVALID_EXPRESSION: /)
  assert.match(third, /^ +- +- +- {2}log\(x\) {2}NOT_FINITE: /)
  assert.deepEqual(rest, [''])
  assert.equal((await run('synthetic', 'tanh(mish(x))')).status, 0)
  const missing = await run('none', 'x')
  assert.deepEqual([missing.status, missing.stdout], [1, ''])
  assert.match(missing.stderr, /^actbench: NOT_FOUND: /)
})

test('functions come from standard input in any number, and one that is too long does not stop the others', async () => {
  const asked = Array.from({ length: 130 }, (_, i) => `tanh(${i + 1}*x)`)
  asked[120] = `tanh(${'x+'.repeat(5000)}x)`
  const input = `\n${asked.join('\n')}\n\n  elu(x)  `
  const { status, stdout } = await feedActbench(input, ['predict', 'synthetic', '--json', '-'], { ACTBENCH_URL })
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map((line) => line.asked),
    [...asked, 'elu(x)'],
  )
  assert.equal(status, 1)
  for (const [i, { mean, error, reason }] of lines.entries()) {
    if (i === 120) assert.ok(mean === null && error && reason)
    else assert.ok(mean > 0 && mean < 1 && error === null, asked[i])
  }
})
