import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { runActbench, startActbench } from '../../support/actbench.js'
import { feedActbench } from '../../support/feed-actbench.js'
import { openClientFixture } from '../../support/fixtures/client-fixture.js'
import { makeFolder } from '../../support/folder.js'

const { address, secret, api } = await openClientFixture()
// No database listens there, so every answer comes from the service.
const LOCAL = { DATABASE_URL: 'postgresql://me:hush@127.0.0.1:1/none' }
const run = (...args: string[]) => runActbench(args, { ...LOCAL, ACTBENCH_URL: address })

test('query prints data; errors go to standard error with their code', async () => {
  const folder = makeFolder()
  const file = join(folder, 'q.graphql')
  writeFileSync(file, 'query A($n: String!) { dataset(name: $n) { name } } query B { service { version } }')
  writeFileSync(join(folder, 'v.json'), '{"n": "mine"}')
  const found = await run('query', file, '--operation', 'A', '--variables', `@${join(folder, 'v.json')}`)
  assert.deepEqual(JSON.parse(found.stdout), { dataset: { name: 'mine' } })
  assert.deepEqual([found.status, found.stderr], [0, ''])
  const named = await run('query', 'Leaderboard', '--variables', '{"dataset": "mine", "first": 1}', '--json')
  assert.equal(JSON.parse(named.stdout).data.dataset.leaderboard.nodes[0].expression, 'relu(x)')
  assert.equal(
    JSON.parse((await feedActbench('{ service { version } }', ['query', '-'], { ACTBENCH_URL: address })).stdout)
      .service.version,
    '1.2.3',
  )

  const half = await run('query', '{ service { version } dataset(name: "none") { name } }')
  assert.deepEqual(JSON.parse(half.stdout), { service: { version: '1.2.3' }, dataset: null })
  assert.equal(half.status, 1)
  assert.match(half.stderr, /^actbench: NOT_FOUND: .*none.*\n$/)
  for (const [args, status, message] of [
    [['query', '{ nothing }'], 2, /GRAPHQL_VALIDATION_FAILED: Cannot query field "nothing"/],
    [['query', '{ dataset'], 2, /GRAPHQL_PARSE_FAILED/],
    [
      ['query', 'nothing'],
      2,
      /document: expected a text with braces, a file, -, or one of .*Leaderboard.* got "nothing"/,
    ],
    [['query', '{ a }', '--variables', '[1]'], 2, /variables: expected a JSON object .*got \[1\]/],
    [['query', '{ a }', '--variables', '@none.json'], 2, /variables: expected a file that can be read, got none.json/],
    [['query', '{ activation(expression: "relu(") { id } }'], 2, /INVALID_EXPRESSION/],
    [['query', '{ apiKeys { name } }', '--key', 'abk_nobody'], 1, /UNAUTHENTICATED/],
  ] as const) {
    const { status: got, stdout, stderr } = await run(...args)
    assert.deepEqual([got, stdout.trim()], [status, /INVALID_EXP/.test(message.source) ? stdout.trim() : ''], stderr)
    assert.match(stderr, message)
  }
})

test('datasets are listed and shown, by the commands for the service and by those for this machine', async () => {
  for (const args of [['dataset'], ['dataset', 'list']]) {
    const { stdout, stderr } = await run(...args)
    assert.match(
      stdout,
      /^mine {2}5 evaluations {2}not trainable {2}no surrogate {2}best 0\.9000 relu\(x\) {2}t\n$/,
      stderr,
    )
  }
  assert.equal(JSON.parse((await run('dataset', '--json')).stdout)[0].name, 'mine')
  for (const args of [
    ['dataset', 'mine'],
    ['dataset', 'show', 'mine'],
  ]) {
    assert.match((await run(...args)).stdout, /^name: mine\ntitle: t\n[\s\S]*^statistics:\n {2}count: 5\n/m)
  }
  assert.equal(JSON.parse((await run('dataset', 'mine', '--json')).stdout).evaluationCount, 5)
  const { status, stderr } = await run('dataset', 'none')
  assert.deepEqual([status, stderr.slice(0, 20)], [1, 'actbench: NOT_FOUND:'])
  const refused = await run('dataset', 'delete', 'mine', '--yes', '--url', address)
  assert.equal(refused.status, 2)
  assert.match(refused.stderr, /^actbench: url: `actbench dataset delete` works on this machine and asks no service/)
})

test('evaluations are a table, CSV or lines of JSON', async () => {
  const { stdout } = await run('evaluations', 'mine', '--top', '2')
  assert.match(
    stdout,
    /^ +rank +plausible +validation-accuracy +runs +function\n +1 .* 0\.9000 +1 +relu\(x\) {2}\(.*ReLU.*\)\n +2 .*\n$/,
  )
  const { stdout: csv } = await run('evaluations', 'mine', '--csv')
  const lines = csv.trimEnd().split('\n')
  assert.equal(lines.length, 6)
  assert.match(lines[0], /^rank,rankBest,rankWorst,expression,names,trainAccuracy,.*,runtimeSeconds,runCount$/)
  const { stdout: json } = await run('evaluations', 'mine', '--json', '--filter', 'odd', '--filter', 'smooth')
  const rows = json
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    rows.map(({ rank, expression, validationAccuracy }) => [rank, expression, validationAccuracy]),
    [
      [2, 'tanh(x)', 0.8],
      [4, 'erf(x)', 0.9 - 0.3],
    ],
  )
  assert.equal((await run('evaluations', 'mine', '--filter', 'runs>=2')).stdout.split('\n')[1], 'no function matches')
  for (const wrong of [
    ['--metric', 'accuracy'],
    ['--top', '0'],
    ['--filter', 'x'],
    ['--csv', '--json'],
  ]) {
    assert.equal((await run('evaluations', 'mine', ...wrong)).status, 2, wrong.join(' '))
  }
  for (const form of [[], ['--csv'], ['--json']]) {
    const unknown = await run('evaluations', 'nope', ...form)
    assert.deepEqual([unknown.status, unknown.stdout], [1, ''])
    assert.match(unknown.stderr, /nope/)
  }
})

test('a list longer than a page has each function once, and ends quietly if its reader ends', async () => {
  const evaluations = Array.from({ length: 430 }, (_, i) => ({
    expression: `tanh(${i + 2}*x)`,
    validationAccuracy: i / 1000,
  }))
  const { errors } = await api.ask(
    `mutation ($rows: [EvaluationRowInput!]!) {
      createDataset(input: { name: "long", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
      addEvaluations(input: { dataset: "long", rows: $rows }) { evaluations { id } } }`,
    { rows: evaluations },
    secret,
  )
  assert.deepEqual(errors, [])
  const { stdout, stderr } = await run('evaluations', 'long', '--json')
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(stderr, '')
  assert.equal(new Set(rows.map(({ expression }) => expression)).size, 430)
  assert.deepEqual(
    rows.map(({ rank }) => rank),
    Array.from({ length: 430 }, (_, i) => i + 1),
  )

  const { child, said } = startActbench(['evaluations', 'long'], { ACTBENCH_URL: address })
  child.stdout?.once('data', () => child.stdout?.destroy())
  await once(child, 'close')
  assert.equal(said.stderr, '')
})

test('a function is looked up by any spelling, and its code comes from the service', async () => {
  const { stdout } = await run('activation', 'max(0, x)')
  assert.match(stdout, /^expression +relu\(x\)\nnames +.*ReLU/)
  assert.match(stdout, /^ {2}mine: rank 1, validation accuracy 0\.9000, test accuracy -, 1 runs$/m)
  assert.equal(JSON.parse((await run('activation', 'max(0, x)', '--json')).stdout).expression, 'relu(x)')
  assert.equal((await run('activation', 'relu(')).status, 2)
  assert.match(
    (await run('code', 'relu(x)', '--target', 'jax', '--name', 'f')).stdout,
    /^import jax\n[\s\S]*def f\(x\):/,
  )
  assert.equal((await run('code', 'relu(x)', '--normalized-for', 'none')).status, 1)
})

test('the key comes from the environment, a file, or an option that other users cannot read', async () => {
  const file = join(makeFolder(), 'key')
  writeFileSync(file, `${secret}\n`)
  const ask = (args: string[], environment = {}) =>
    runActbench(['query', '{ viewer { name } }', ...args], { ACTBENCH_URL: address, ...environment })
  for (const outcome of [
    await ask([], { ACTBENCH_KEY: secret }),
    await ask([], { ACTBENCH_KEY_FILE: file }),
    await ask(['--key-file', file]),
    await ask(['--key', secret]),
  ]) {
    assert.equal(JSON.parse(outcome.stdout).viewer.name, 'ADMIN', outcome.stderr)
  }
  for (const [args, message] of [
    [['--key-file', 'none'], /key-file: expected a file that can be read, got none/],
    [['--key', 'two words hush'], /key: expected visible ASCII characters without spaces, got 14 other characters/],
  ] as const) {
    const { stderr } = await ask([...args])
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /hush/)
  }
  const help = await runActbench(['evaluations', '--help'], { ACTBENCH_KEY: secret, ACTBENCH_URL: address })
  assert.match(help.stdout, /--key-file <file>[\s\S]*Examples:/)
  assert.ok(!help.stdout.includes(secret))
})

test('the list of processes does not show the key', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  // This service never answers, so that the command can be looked at while it waits.
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const { child, ended } = startActbench(['--url', url, '--key', secret, 'dataset'], {})
  await once(silent, 'request')
  const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
  child.kill('SIGTERM')
  await ended
  silent.closeAllConnections()
  silent.close()
  assert.ok(!shown.includes(secret), shown)
})

test('an address that is wrong or gives no answer is an error of one line that says so', async (t) => {
  const moved = createServer((_, response) => response.writeHead(301, { location: 'https://new.example/' }).end())
  moved.listen(0, '127.0.0.1')
  t.after(() => moved.close())
  await once(moved, 'listening')
  for (const [url, message] of [
    ['http://127.0.0.1:9', /http:\/\/127\.0\.0\.1:9\/graphql cannot be reached: /],
    ['bench.example/x', /url: expected an address such as http:.*did you mean https:\/\/bench\.example\/x\?/],
    ['ftp://bench.example', /url: expected an address such as/],
    ['http://me:hush@bench.example', /got one with a password/],
    [`http://127.0.0.1:${(moved.address() as AddressInfo).port}`, /redirects to https:\/\/new\.example\//],
  ] as const) {
    const { status, stdout, stderr } = await runActbench(['--url', url, 'dataset'], {})
    assert.deepEqual([status, stdout, stderr.split('\n').length], [1, '', 2], stderr)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /hush/)
  }
  const { stdout } = await run('--url', `${address}/graphql/`, 'dataset', '--json')
  assert.equal(JSON.parse(stdout)[0].name, 'mine')
})
