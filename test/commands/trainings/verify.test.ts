import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parseRunLine, type RunLine } from '../../../src/datasets/shipped/run-line.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { runActbench } from '../../support/actbench.js'
import { makeFolder } from '../../support/folder.js'

const environment = { ACTBENCH_BACKEND: 'wasm' }

/** Its training diverges in the first epoch, so it takes less than a second. */
const SHORT = 'add(reciprocal(x),sinh(x))'

test('verify repeats shipped runs to the last bit, and finds a run with one other digit', async () => {
  const file = join(makeFolder(), 'runs.jsonl')
  const [relu, short] = ['relu(x)', SHORT].map(readShippedRun)
  const changed = { ...short, testAccuracy: (short.testAccuracy ?? 0) + 1e-12 }
  writeFileSync(file, `${JSON.stringify(relu)}\n${JSON.stringify(changed)}\n`)
  const { status, stdout, stderr } = await runActbench(['verify', 'mini-cnn', '--runs', file], environment)
  assert.equal(status, 1, stderr)
  assert.match(stdout, /^mini-cnn version 2, functions drawn with seed 1, again on tfjs-wasm, /)
  assert.match(stdout, /^(0\.\d{4})\s+\1\s+0\s+identical\s+relu\(x\)$/m)
  assert.match(stdout, /^0\.1000\s+0\.1000\s+0\s+different\s+add\(.*\) {2}\(differs in testAccuracy\)$/m)
  assert.match(stdout, /^1 of 2 identical to the last bit, 1 different$/m)
})

test('verify reads exported runs, prints JSON, and ends with 0 if every run is repeated', async () => {
  const file = join(makeFolder(), 'exported.jsonl')
  const { epochs: _, dataset: __, ...run } = readShippedRun(SHORT)
  const more = { activationId: 'any', metadata: null, learnedParameters: null, createdAt: '2026-01-01T00:00:00Z' }
  const exported = { ...run, ...more }
  const reported = { ...exported, expression: 'relu(x)', backend: null }
  writeFileSync(file, `${JSON.stringify(exported)}\n${JSON.stringify(reported)}\n{"half a li`)
  const { status, stdout, stderr } = await runActbench(['verify', 'mini-cnn', '--runs', file, '--json'], environment)
  assert.equal(status, 0, stderr)
  const { version, runs } = JSON.parse(stdout)
  assert.equal(version, '2')
  assert.deepEqual(
    runs.map((each: { expression: string; outcome: string }) => [each.expression, each.outcome]),
    [[SHORT, 'IDENTICAL']],
  )
})

test('verify says in one line why it has nothing to repeat', async () => {
  const file = join(makeFolder(), 'runs.jsonl')
  const say = async (...args: string[]) => {
    const { status, stderr } = await runActbench(['verify', ...args], environment)
    return `${status} ${stderr.trim()}`
  }
  assert.match(await say('no-such-dataset'), /^1 actbench: dataset: has no recipe; expected one of fashion-cnn, /)
  assert.match(await say('act-bench-cnn'), /^1 actbench: act-bench-cnn: expected runs of version 3, got none$/)
  assert.match(
    await say('mini-cnn', '--runs', join(file, 'missing')),
    /^1 actbench: .*: expected a file of runs, got nothing$/,
  )
  writeFileSync(file, `${JSON.stringify({ ...readShippedRun('relu(x)'), version: '1' })}\n`)
  assert.match(
    await say('mini-cnn', '--runs', file),
    /^1 actbench: mini-cnn: expected runs of version 2, got only runs of version 1$/,
  )
  writeFileSync(file, '{"expression": "relu(x)"}\n')
  assert.match(
    await say('mini-cnn', '--runs', file),
    /^1 actbench: .*runs\.jsonl, line 1: expected a run, got an error: version: /,
  )
})

function readShippedRun(expression: string): RunLine {
  const file = join(PROJECT_ROOT, 'seed/mini-cnn/runs.jsonl.gz')
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  const found = lines.map(parseRunLine).find((run) => run.expression === expression && run.seed === 0)
  assert.ok(found, `no run of ${expression} is shipped`)
  return found
}
