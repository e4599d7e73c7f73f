import assert from 'node:assert/strict'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { commandAs, findPostgresAccount } from '../../src/start/postgres-account.js'
import { makeFolder } from '../support/folder.js'

const isRoot = process.getuid?.() === 0

test('an ordinary user runs PostgreSQL under its own account', { skip: isRoot && 'this is root' }, () => {
  assert.equal(findPostgresAccount(), null)
  assert.deepEqual(commandAs(null, ['/'], 'p', ['a']), { command: 'p', args: ['a'], account: null })
})

test('root gives it an account that may enter the folders, or the right to pass', {
  skip: !isRoot && 'not root',
}, () => {
  const account = findPostgresAccount()
  assert.ok(account && account.uid !== 0)
  const folder = makeFolder()
  chmodSync(folder, 0o711)
  assert.equal(commandAs(account, [folder], 'p', ['a']).account, account)
  chmodSync(folder, 0o700)
  const { command, args } = commandAs(account, [folder], 'p', ['a'])
  assert.match(command, /setpriv$/)
  assert.deepEqual(args.slice(-3), ['--', 'p', 'a'])
})

test('it starts even if its account may not enter a folder on the way', { skip: !isRoot && 'not root' }, async () => {
  const closed = join(makeFolder(), 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const server = await openEmbeddedPostgres(join(closed, 'data'), { isDurable: false })
  await server.close()
})
