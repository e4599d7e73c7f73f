import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, before, test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import { startActbench } from '../support/actbench.js'
import { waitUntil } from '../support/wait-until.js'

const CLI = join(PROJECT_ROOT, 'build/src/cli.js')
const environment: Record<string, string> = {}
const hasPython = spawnSync('python3', ['--version']).status === 0

const folder = mkdtempSync(join(tmpdir(), 'actbench-'))
const product = startActbench(['start'], { PORT: '0', ACTBENCH_DATA: join(folder, 'data') })

before(async () => {
  environment.ACTBENCH_URL = await waitUntil(() => {
    assert.equal(product.child.exitCode, null, product.said.stderr)
    return /API +(http:\S+)\/graphql[\s\S]*Ctrl-C/.exec(product.said.stdout)?.[1]
  }, 240)
  environment.ACTBENCH_KEY = /abk_\S+/.exec(product.said.stdout)?.[0] ?? ''
})

after(async () => {
  product.child.kill('SIGTERM')
  await product.ended
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('read-leaderboard.mjs prints the best functions with their ranks', async () => {
  const lines = (await runExample('read-leaderboard.mjs', 'mini-cnn', '3')).split('\n')
  assert.match(lines[0], /^Mini-CNN version \d+, service \S+: \d+ functions$/)
  assert.match(lines[1], /^ +1 \(1 to \d+\) +0\.\d{4} +\w+\(/)
  assert.equal(lines.length, 4)
})

test('search.mjs asks and reports until its budget is used up', async () => {
  const lines = (await runExample('search.mjs', 'mini-cnn', '4')).split('\n')
  // A suggestion that failed takes nothing of the budget.
  assert.equal(lines.filter((line) => /^[01]\.\d+ /.test(line)).length, 4)
  assert.match(lines.at(-1) ?? '', /^COMPLETED: the best is .+, [01]\.\d{4}$/)
})

test('train.mjs waits for a training, while watch.mjs sees its evaluation', async () => {
  const watching = startExample('watch.mjs', 'mini-cnn', '1')
  await waitUntil(() => watching.said().includes('watching mini-cnn'))
  const [expression, seed] = ['gelu(tanh(x))', '7']
  const trained = await runExample('train.mjs', 'mini-cnn', expression, seed)
  assert.match(trained, /seed 7: validation accuracy 0\.\d+$/)
  assert.equal(await watching.ended, 0, watching.said())
  assert.match(watching.said(), /rank \d+ +0\.\d{4} +\S+\(/)
  assert.match(await runExample('train.mjs', 'mini-cnn', expression, seed), /^seed 7: validation accuracy 0\.\d+$/)
})

test('leaderboard.py prints the best functions', { skip: !hasPython && 'python3 is missing' }, async () => {
  const lines = (await runExample('leaderboard.py', 'mini-cnn', '3')).split('\n')
  assert.match(lines[0], /^Mini-CNN version \d+: \d+ functions$/)
  assert.match(lines[1], /^ +1 +0\.\d{4} +\w+\(/)
})

test('search.py asks and reports until its budget is used up', {
  skip: !hasPython && 'python3 is missing',
}, async () => {
  const lines = (await runExample('search.py', 'mini-cnn', '4')).split('\n')
  // A suggestion that failed takes nothing of the budget.
  assert.equal(lines.filter((line) => /^[01]\.\d+ /.test(line)).length, 4)
  assert.match(lines.at(-1) ?? '', /^COMPLETED: the best is .+, [01]\.\d{4}$/)
})

test('the commands of docs/command-line.md run as they are', async () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/command-line.md'), 'utf8')
  const blocks = [...page.matchAll(/^## (.+)$|^```sh\n([\s\S]*?)^```$/gm)]
  const parts = new Map<string, string>()
  let title = ''
  for (const [, heading, block] of blocks) {
    if (heading !== undefined) title = heading
    else parts.set(title, block)
  }
  const commands = ['Look', 'Search with a program of yours'].map((each) => parts.get(each) ?? '').join('')
  assert.ok(commands.split('\n').length > 10)
  const work = join(folder, 'commands')
  mkdirSync(work)
  writeFileSync(join(work, 'actbench'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, { mode: 0o755 })
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', commands], {
    cwd: work,
    env: { ...environment, PATH: `${work}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [status] = await once(child, 'close')
  assert.equal(status, 0, said)
  assert.match(said, /^ +1 +\d+-\d+ +0\.\d{4} +\d+ {2}\w+\(/m)
  assert.match(said, /4 of 4 evaluated, best 0\.5000 .*, BUDGET_USED/)
  assert.match(readFileSync(join(work, 'mini-cnn.csv'), 'utf8'), /^rank,/)
})

test('an example without a key says what is missing', async () => {
  const { ended, said } = startExample('train.mjs', 'mini-cnn', 'relu(x)', { ACTBENCH_KEY: '' })
  assert.equal(await ended, 1)
  assert.match(said(), /UNAUTHENTICATED: /)
})

async function runExample(name: string, ...args: string[]): Promise<string> {
  const { ended, said } = startExample(name, ...args)
  assert.equal(await ended, 0, said())
  return said().trimEnd()
}

function startExample(name: string, ...args: (string | Record<string, string>)[]) {
  const words = args.filter((argument) => typeof argument === 'string')
  const others = args.filter((argument) => typeof argument !== 'string')
  const command = name.endsWith('.py') ? 'python3' : process.execPath
  const child: ChildProcess = spawn(command, [join(PROJECT_ROOT, 'examples', name), ...words], {
    env: Object.assign({ PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' }, environment, ...others),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  const ended = new Promise<number | null>((done) => child.once('close', done))
  return { ended, said: () => said }
}
