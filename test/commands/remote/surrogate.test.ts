import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runActbench } from '../../support/actbench.js'
import { openTestApi } from '../../support/api.js'
import { feedActbench } from '../../support/feed-actbench.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { makeFolder } from '../../support/folder.js'

const api = await openTestApi()
const functions = await storeFunctions(api.database, listFunctions(30))
await createSyntheticDataset(api.database, { measured: functions.slice(0, 20) })
const environment = {
  ACTBENCH_URL: await api.app.http.listen({ port: 0, host: '127.0.0.1' }),
  ACTBENCH_KEY: await api.createKey('SEARCH'),
}
const CSV = [
  'expression,mean,standardDeviation',
  ...functions.map(({ described }, place) => `"${described.canonicalText}",${place / 100},0.1`),
].join('\n')

test('a file becomes a version, and the same file again is the same version', async () => {
  const folder = makeFolder()
  const plain = join(folder, 'trees.csv')
  writeFileSync(plain, CSV)
  writeFileSync(`${plain}.gz`, gzipSync(CSV))
  const upload = (...args: string[]) => runActbench(['surrogate', 'upload', 'synthetic', ...args], environment)
  const first = await upload(plain)
  assert.deepEqual([first.status, first.stderr], [0, ''])
  assert.match(
    first.stdout,
    /^synthetic: trees is version 1, with 30 predictions; its id is \S+\nof 20 functions that were measured before: Sp/,
  )
  const again = JSON.parse((await upload(`${plain}.gz`, '--json')).stdout)
  assert.deepEqual([again.version, again.name, again.quality.functions], [1, 'trees', 20])
  const piped = await feedActbench(
    '{"expression": "mish(x)", "mean": 0.5}',
    [...['surrogate', 'upload', 'synthetic', '-', '--name', 'piped', '--json']],
    environment,
  )
  assert.deepEqual([JSON.parse(piped.stdout).version, JSON.parse(piped.stdout).candidates], [2, 1])
})

test('a wrong file says the line, and nothing is stored', async () => {
  const file = join(makeFolder(), 'wrong.csv')
  writeFileSync(file, 'expression,mean\nrelu(x),0.5\ntanh(x),93.2')
  const wrong = await runActbench(['surrogate', 'upload', 'synthetic', file], environment)
  assert.equal(wrong.status, 2)
  assert.match(
    wrong.stderr,
    /^actbench: BAD_USER_INPUT: file: line 3\.mean: expected a validation accuracy from 0 to 1, got 93\.2/,
  )
  const missing = await runActbench(['surrogate', 'upload', 'synthetic', `${file}x`], environment)
  assert.deepEqual([missing.status, /expected a file that can be read/.test(missing.stderr)], [2, true])
  assert.equal(await api.database.prisma.surrogate.count({ where: { name: 'wrong' } }), 0)
})
