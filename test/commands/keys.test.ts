import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from '../../src/services/access/api-keys.js'
import { runActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'

test('keys are made, listed and revoked from the command line; only the secret goes to standard output', async (t) => {
  const database = await openTestDatabase(t)
  const environment = { DATABASE_URL: database.url }
  const made = await runActbench(['keys', 'create', 'my notebook', '--scopes', 'train,search'], environment)
  assert.equal(made.status, 0)
  assert.match(made.stdout, /^abk_\S+\n$/)
  const viewer = await authenticate(database, made.stdout.trim())
  assert.deepEqual(viewer?.scopes, ['TRAIN', 'SEARCH'])
  const listed = await runActbench(['keys', 'list'], environment)
  assert.match(listed.stdout, /^ +1 {2}my notebook {2}TRAIN,SEARCH {2}made \S+ {2}last used \S+\n$/)
  const revoked = await runActbench(['keys', 'revoke', '1'], environment)
  assert.match(revoked.stdout, /revoked \S+\n$/)
  assert.equal(await authenticate(database, made.stdout.trim()), null)
})

test('mistakes on the command line give one line, and exit status 2 if the command line itself is wrong', async (t) => {
  const database = await openTestDatabase(t)
  const environment = { DATABASE_URL: database.url }
  const cases = [
    [1, ['keys', 'revoke', '7'], 'actbench: there is no key 7\n'],
    [
      2,
      ['keys', 'create', ' ', '--scopes', 'TRAIN'],
      'actbench: name: expected 1 to 100 characters without control characters\n',
    ],
    [2, ['keys', 'create', 'a', '--scopes', 'ROOT'], /expected some of TRAIN, SEARCH, DATASET, ADMIN, got 'ROOT'/],
    [2, ['keys', 'create', 'a', '--scopes', 'TRAIN', '--expires', 'soon'], /expected a time such as/],
    [2, ['nonsense'], /unknown command 'nonsense'/],
  ] as const
  for (const [expected, args, message] of cases) {
    const { status, stderr, stdout } = await runActbench(args, environment)
    assert.equal(status, expected, stderr)
    assert.equal(stdout, '')
    if (typeof message === 'string') assert.equal(stderr, message)
    else assert.match(stderr, message)
  }
})

test('an unreachable database and a malformed environment give one line each, without the password', async () => {
  const gone = await runActbench(['keys', 'list'], { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' })
  assert.deepEqual([gone.status, gone.stdout], [1, ''])
  assert.match(
    gone.stderr,
    /^actbench: the database at 127\.0\.0\.1:1\/none does not answer: connect ECONNREFUSED [^\n]*\n$/,
  )
  const wrong = await runActbench(['keys', 'list'], { ACTBENCH_WORKERS: '-1', LOG_LEVEL: 'loud' })
  assert.equal(wrong.status, 1)
  assert.match(wrong.stderr, /^actbench: ACTBENCH_WORKERS: expected [^\n]*\nactbench: LOG_LEVEL: expected [^\n]*\n$/)
})

test('every command explains itself', async () => {
  for (const command of ['start', 'server', 'worker', 'migrate', 'keys', 'train']) {
    const { status, stdout } = await runActbench([command, '--help'], {})
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`^Usage: actbench ${command}`))
  }
})
