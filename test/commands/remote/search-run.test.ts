import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runActbench, startActbench } from '../../support/actbench.js'
import { openClientFixture } from '../../support/fixtures/client-fixture.js'
import { makeFolder } from '../../support/folder.js'
import { isRunning } from '../../support/process-tree.js'
import { waitUntil } from '../../support/wait-until.js'

const { address, secret, api } = await openClientFixture()
const environment = { ACTBENCH_URL: address, ACTBENCH_KEY: secret }

interface Suggestion {
  readonly state: string
  readonly expression: string
  readonly validationAccuracy: number | null
  readonly testLoss: number | null
  readonly failure: string | null
  readonly leaseExpiresAt: string
}

/** A folder with a program for `sh`, which first notes its process and its function in `log`. */
function makeProgram(script: string) {
  const folder = makeFolder()
  const program = join(folder, 'program.sh')
  const log = join(folder, 'log')
  writeFileSync(program, `echo "$$ $ACTBENCH_SUGGESTION_EXPRESSION" >> ${log}\n${script}\n`)
  const file = join(folder, 'my.search')
  const command = (...options: string[]) => [
    ...['search', 'run', 'mine', '--strategy', 'random', '--file', file, ...options],
    ...['--', 'sh', program],
  ]
  return {
    folder,
    file,
    command,
    run: (...options: string[]) => runActbench(command(...options), environment),
    start: (...options: string[]) => startActbench(command(...options), environment),
    /** The programs that ran, in their order. */
    readLog: () =>
      existsSync(log)
        ? Array.from(readFileSync(log, 'utf8').matchAll(/^(\d+) (.*)$/gm), ([, pid, expression]) => ({
            pid: Number(pid),
            expression,
          }))
        : [],
    async readSuggestions(): Promise<Suggestion[]> {
      const { data } = await api.ask(
        `query ($id: ID!) { search(id: $id) { suggestions(first: 200) {
          nodes { state expression validationAccuracy testLoss failure leaseExpiresAt } } } }`,
        { id: JSON.parse(readFileSync(file, 'utf8')).id },
        secret,
      )
      return data.search.suggestions.nodes
    },
  }
}

test('a program evaluates each suggestion; the command ends with the best, continues and extends', async () => {
  const { file, run, readLog, readSuggestions } = makeProgram(
    `cat > "$ACTBENCH_SUGGESTION_FOLDER/input.json"
     echo "some output"
     echo "{\\"validationAccuracy\\": 0.$(wc -l < "$0" | tr -d ' ')$$, \\"testLoss\\": NaN, \\"pid\\": $$}"`,
  )
  const { status, stdout, stderr } = await run(
    '--evaluations',
    '5',
    '--workers',
    '2',
    '--code',
    'pytorch',
    'jax',
    '--json',
  )
  assert.equal(status, 0, stderr)
  const { search, best } = JSON.parse(stdout)
  assert.deepEqual([search.state, search.completed, best.length], ['COMPLETED', 5, 5])
  assert.deepEqual(
    best,
    [...best].sort((a, b) => b.validationAccuracy - a.validationAccuracy),
  )
  assert.equal((await readSuggestions()).filter(({ state }) => state === 'COMPLETED').length, 5)
  assert.equal(new Set(readLog().map(({ expression }) => expression)).size, 5)
  assert.match(stderr, /^actbench: 0\.\d{4} {2}\S+ {2}\(5 of 5 evaluated, best 0\.\d{4} \S+, BUDGET_USED\)$/m)

  const evaluations = join(`${file}.work`, 'evaluations')
  for (const name of readdirSync(evaluations)) {
    const input = JSON.parse(readFileSync(join(evaluations, name, 'input.json'), 'utf8'))
    assert.deepEqual(input, JSON.parse(readFileSync(join(evaluations, name, 'suggestion.json'), 'utf8')))
    assert.ok(readLog().some(({ expression }) => expression === input.expression))
    assert.ok(Number.isInteger(input.seed) && input.dataset === 'mine' && input.metrics.includes('testLoss'))
    assert.match(readFileSync(input.code.PYTORCH, 'utf8'), /import torch/)
    assert.match(readFileSync(input.code.JAX, 'utf8'), /import jax/)
  }

  const again = await run('--evaluations', '5', '--top', '2')
  assert.match(again.stdout, /^0\.\d{4} {2}.+\n0\.\d{4} {2}.+\n$/)
  assert.equal(readLog().length, 5)
  assert.equal((await run('--evaluations', '7')).status, 0)
  assert.equal(readLog().length, 7)
  const other = await runActbench(['search', 'run', 'other', '--file', file, '--', 'true'], environment)
  assert.match(other.stderr, /its search has dataset "mine", not "other"; use another --name/)
})

test('an uploaded surrogate chooses the functions, and asha tells the program how far to train', async () => {
  const { folder } = makeProgram('')
  const table = join(folder, 'mine.jsonl')
  const predictions = ['elu(tanh(x))', 'erf(elu(x))', 'tanh(tanh(x))'].map((expression, i) =>
    JSON.stringify({ expression, mean: 0.1 * i }),
  )
  writeFileSync(table, predictions.join('\n'))
  const uploaded = await runActbench(['surrogate', 'upload', 'mine', table, '--json'], environment)
  const search = (...words: string[]) =>
    runActbench(['search', 'run', 'mine', '--json', '--file', join(folder, words[0]), ...words.slice(1)], environment)

  const { id } = JSON.parse(uploaded.stdout)
  const program = ['--', 'sh', '-c', 'echo 0.5']
  const found = await search(
    'by-surrogate',
    '--strategy',
    'surrogate',
    '--surrogate',
    id,
    '--evaluations',
    '2',
    ...program,
  )
  assert.equal(found.status, 0, found.stderr)
  const best = JSON.parse(found.stdout).best as { expression: string }[]
  assert.deepEqual(best.map(({ expression }) => expression).sort(), ['erf(elu(x))', 'tanh(tanh(x))'])

  const log = join(folder, 'epochs')
  const noting = ['--', 'sh', '-c', `echo $ACTBENCH_SUGGESTION_EPOCHS >> ${log}; echo 0.5`]
  const halving = await search('by-asha', '--strategy', 'asha', '--epochs', '9', '--evaluations', '3', ...noting)
  assert.match(halving.stderr, /3 of 3 evaluated/)
  assert.equal(readFileSync(log, 'utf8'), '1\n1\n1\n')
})

test('each way to fail is reported with its reason, and the search goes on', async () => {
  const { run, readSuggestions, folder } = makeProgram(
    `case $(wc -l < "$(dirname "$0")/log" | tr -d ' ') in
       1) echo "first line" >&2; echo "ValueError: bad shape" >&2; exit 3;;
       2) echo nan;;
       3) echo 93.2;;
       4) ;;
       5) kill -9 $$;;
       6) sleep 600;;
       7) echo 0.25; echo '{"validation_accuracy": 0.5, "test_loss": 1.5}' > "$ACTBENCH_SUGGESTION_RESULT";;
       *) echo 0.25;;
     esac`,
  )
  const { status, stdout, stderr } = await run('--evaluations', '3', '--timeout', '3')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^0\.5000 {2}.+\n0\.2500 {2}.+\n0\.2500 {2}.+\n$/)
  const suggestions = await readSuggestions()
  const failures = suggestions.map(({ failure }) => failure).filter((failure) => failure !== null)
  const expected = [
    /status 3\nfirst line\nValueError: bad shape$/,
    /got nan$/,
    /refused the metrics: BAD_USER_INPUT/,
    /got nothing$/,
  ]
  for (const [i, message] of [...expected, /was ended by SIGKILL/, /longer than 3 s/].entries()) {
    assert.match(failures[i] ?? '', message)
  }
  assert.match(stderr, /^actbench: failed \(ValueError: bad shape\) {2}\S+ {2}\(0 of 3 evaluated, 1 failed\)$/m)
  assert.deepEqual(
    suggestions.slice(6).map(({ testLoss }) => testLoss),
    [1.5, null, null],
  )
  assert.ok(!readdirSync(folder).includes('core'))
})

test('a program that always fails ends the command, and one that cannot start creates no search', async () => {
  const { run, readSuggestions, file } = makeProgram('echo broken >&2; exit 1')
  const missing = await runActbench(['search', 'run', 'mine', '--file', file, '--', 'no-such-program'], environment)
  assert.deepEqual([missing.status, existsSync(file)], [2, false])
  assert.match(missing.stderr, /^actbench: command: expected a program that can be started, got no-such-program\n$/)
  const none = await runActbench(['search', 'run', 'mine', '--file', file], environment)
  assert.match(none.stderr, /^actbench: command: expected a program after --/)

  const { status, stderr } = await run('--most-failures', '2')
  assert.equal(status, 1)
  assert.match(stderr, /actbench: command: it failed 2 times in a row; .*\n$/)
  assert.deepEqual(
    (await readSuggestions()).map(({ state }) => state),
    ['FAILED', 'FAILED'],
  )
})

test('Ctrl-C ends the programs and gives their functions back; the same command continues', async () => {
  const { start, readLog, readSuggestions, folder } = makeProgram(
    `test -e "$(dirname "$0")/quick" || sleep 600\necho 0.5`,
  )
  const first = start('--evaluations', '3', '--workers', '2')
  await waitUntil(() => readLog().length === 2)
  first.child.kill('SIGINT')
  const { status, stderr } = await first.ended
  assert.equal(status, 130)
  assert.match(stderr, /stopped: 0 of 3 evaluated; repeat the command to continue\n$/)
  await waitUntil(() => readLog().every(({ pid }) => !isRunning(pid)))
  await waitUntil(async () => (await readSuggestions()).every(({ state }) => state === 'EXPIRED'))
  writeFileSync(join(folder, 'quick'), '')
  const second = await start('--evaluations', '3', '--workers', '2').ended
  assert.equal(second.status, 0, second.stderr)
  assert.equal((await readSuggestions()).filter(({ state }) => state === 'COMPLETED').length, 3)
})

test('a command that is killed at random moments completes every suggestion once, and leaves no program', async () => {
  const { start, run, readLog, readSuggestions } = makeProgram('sleep 0.4\necho 0.5')
  const settings = ['--evaluations', '12', '--workers', '3', '--lease', '600']
  let kills = 0
  for (; kills < 5; kills++) {
    const before = readLog().length
    const { child, ended } = start(...settings)
    await waitUntil(() => readLog().length > before || child.exitCode !== null)
    await sleep(Math.random() * 1500)
    child.kill('SIGKILL')
    await ended
    if (child.exitCode === 0) break
  }
  const { status, stderr } = await run(...settings)
  assert.equal(status, 0, stderr)
  const suggestions = await readSuggestions()
  const completed = suggestions.filter(({ state }) => state === 'COMPLETED')
  // With leases of ten minutes, the search could not end unless each worker took up what it had.
  assert.equal(suggestions.length, 12, JSON.stringify(suggestions))
  assert.equal(new Set(completed.map(({ expression }) => expression)).size, 12)
  assert.ok(readLog().length <= 12 + kills * 3, `${readLog().length} programs, ${kills} kills`)
  assert.deepEqual(
    readLog().filter(({ pid }) => isRunning(pid)),
    [],
  )
})

test('two commands share a search, and leases are kept while programs run', async () => {
  const { start, readLog, readSuggestions, folder } = makeProgram(
    `while ! test -e "$(dirname "$0")/go"; do sleep 0.2; done\necho 0.5`,
  )
  const settings = ['--evaluations', '2', '--lease', '30']
  const commands = [start(...settings), start(...settings)]
  await waitUntil(() => readLog().length === 2)
  const first = await readSuggestions()
  await waitUntil(async () => {
    const now = await readSuggestions()
    return now.every(({ leaseExpiresAt }, i) => leaseExpiresAt > first[i].leaseExpiresAt)
  })
  writeFileSync(join(folder, 'go'), '')
  for (const { ended } of commands) {
    const { status, stderr } = await ended
    assert.equal(status, 0, stderr)
  }
  const states = (await readSuggestions()).map(({ state }) => state)
  assert.deepEqual(states, ['COMPLETED', 'COMPLETED'])
  assert.equal(new Set(readLog().map(({ expression }) => expression)).size, 2)
})
