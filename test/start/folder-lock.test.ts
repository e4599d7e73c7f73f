import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { lockFolder } from '../../src/start/folder-lock.js'
import { identifyProcess } from '../../src/start/process-identity.js'
import { makeFolder } from '../support/folder.js'

const LOCK_FILE = new URL('../../src/start/folder-lock.js', import.meta.url).href

test('a folder is locked once, and is free again after the lock is released', () => {
  const folder = join(makeFolder(), 'made', 'by', 'it')
  const unlock = lockFolder(folder)
  assert.throws(() => lockFolder(folder), new RegExp(`in use by another actbench \\(process ${process.pid}\\)`))
  unlock()
  lockFolder(folder)()
  assert.deepEqual(readdirSync(folder), [])
})

test('the lock of a process that has died is replaced', async () => {
  const folder = makeFolder()
  const dead = spawn(process.execPath, ['-e', ''])
  const identity = identifyProcess(dead.pid ?? 0)
  await new Promise((done) => dead.once('exit', done))
  assert.ok(identity)
  writeFileSync(join(folder, 'lock'), identity)
  lockFolder(folder)()
})

test('a lock with the number of a process that started at another time is replaced', () => {
  const folder = makeFolder()
  const [pid, boot, started] = identifyProcess(process.pid)?.split(' ') ?? []
  for (const stranger of [`${pid} ${boot} ${Number(started) - 1}`, `${pid} another-boot ${started}`, 'rubbish', '']) {
    writeFileSync(join(folder, 'lock'), stranger)
    lockFolder(folder)()
    assert.ok(!existsSync(join(folder, 'lock')))
  }
})

test('of eight processes that find a stale lock at once, only one gets it', async () => {
  const folder = makeFolder()
  writeFileSync(join(folder, 'lock'), '1 another-boot 5')
  const script = `import { lockFolder } from ${JSON.stringify(LOCK_FILE)}
    try { lockFolder(${JSON.stringify(folder)}); console.log('mine') } catch (error) { console.log(error.message) }
    process.stdin.resume()`
  const children = Array.from({ length: 8 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const said = await Promise.all(
    children.map(
      (child) => new Promise<string>((done) => child.stdout.once('data', (data) => done(String(data).trim()))),
    ),
  )
  const winner = children[said.indexOf('mine')]
  assert.equal(said.filter((line) => line === 'mine').length, 1)
  assert.equal(readFileSync(join(folder, 'lock'), 'utf8'), identifyProcess(winner.pid ?? 0))
  for (const child of children) child.stdin.end()
})

test('a folder that cannot be created is refused with one line', () => {
  const file = join(makeFolder(), 'file')
  writeFileSync(file, '')
  assert.throws(() => lockFolder(join(file, 'data')), /^Error: the data folder .* cannot be written to \(ENOTDIR\)$/)
})
