import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { type ExportFiles, openExportFiles } from '../../../src/http/exports/export-files.js'
import { clearFolder, namePart } from '../../../src/http/exports/export-folder.js'
import { makeFolder } from '../../support/folder.js'

async function* chunksOf(bytes: number, text = '0123456789') {
  for (let i = 0; i < bytes; i += text.length) yield text
}

const stateOf = (key: string, etag = `"${key}"`) => ({ key, etag })

async function write(files: ExportFiles, key: string, bytes: number, etag?: string): Promise<number | null> {
  const file = await files.write(stateOf(key, etag), chunksOf(bytes))
  await file?.handle.close()
  return file?.size ?? null
}

function open(mostBytes = 1000) {
  const folder = join(makeFolder(), 'exports')
  const problems: string[] = []
  const files = openExportFiles({ folder, mostBytes, onProblem: (message) => problems.push(message) })
  return { folder, problems, files }
}

test('a file has its size and its checksum, and survives the server that wrote it', async () => {
  const { folder, files } = open()
  const sha256 = createHash('sha256').update('0123456789'.repeat(6)).digest('hex')
  assert.equal(await write(files, 'a', 60), 60)
  await files.close()
  const next = openExportFiles({ folder, mostBytes: 1000 })
  const found = await next.find(stateOf('a'))
  assert.deepEqual([found?.size, found?.sha256], [60, sha256])
  assert.equal((await found?.handle.readFile('utf8'))?.length, 60)
  await found?.handle.close()
  assert.deepEqual(await next.look(stateOf('a')), { size: 60, sha256 })
  assert.equal(statSync(folder).mode & 0o777, 0o700)
})

test('a new state deletes the file of the earlier one, and a reader of it can go on', async () => {
  const { folder, files } = open()
  const first = await files.write(stateOf('a', '"1"'), chunksOf(60))
  assert.equal(await write(files, 'a', 70, '"2"'), 70)
  assert.equal(await write(files, 'b', 80), 80)
  assert.equal(readdirSync(folder).length, 2)
  assert.equal(await files.find(stateOf('a', '"1"')), null)
  assert.equal(await files.hasAny('a'), true)
  assert.equal(await files.hasAny('c'), false)
  assert.equal((await first?.handle.readFile())?.length, 60)
  await first?.handle.close()
})

test('all files and parts together stay within their room, and the one that was not read for longest goes first', async () => {
  const { folder, files } = open(150)
  assert.equal(await write(files, 'large', 200), null)
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(await write(files, 'a', 60), 60)
  assert.equal(await write(files, 'b', 60), 60)
  const old = new Date(Date.now() - 60_000)
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old)
  await (await files.find(stateOf('a')))?.handle.close()
  assert.equal(await write(files, 'c', 60), 60)
  assert.equal(await files.look(stateOf('b')), null)
  assert.equal((await files.look(stateOf('a')))?.size, 60)
  const none = openExportFiles({ folder, mostBytes: 0 })
  assert.equal(await write(none, 'd', 10), null)
})

test('an error while a file is written leaves no part', async () => {
  const { folder, files } = open()
  const failing = async function* () {
    yield 'x'
    throw new Error('the database is gone')
  }
  await assert.rejects(files.write(stateOf('c'), failing()), /the database is gone/)
  assert.deepEqual(readdirSync(folder), [])
})

test('parts of killed processes and unread files are deleted, those of running ones stay', async () => {
  const { folder, files } = open()
  mkdirSync(folder)
  const own = namePart()
  const [host] = own.split('-')
  const dead = `${host}-4194999-00.part`
  const [abroad, abandoned] = ['00000000-1-00.part', '00000000-1-01.part']
  const unread = `${'a'.repeat(32)}.${'b'.repeat(32)}.1.${'c'.repeat(64)}.export`
  for (const name of [own, dead, abroad, abandoned, unread]) writeFileSync(join(folder, name), 'x')
  const longAgo = new Date(Date.now() - 8 * 86_400_000)
  for (const name of [abandoned, unread]) utimesSync(join(folder, name), longAgo, longAgo)
  assert.equal(await write(files, 'a', 10), 10)
  const left = readdirSync(folder).filter((name) => !name.includes('.10.'))
  assert.deepEqual(left.sort(), [abroad, own].sort())
  await clearFolder(folder)
  assert.equal(existsSync(join(folder, own)), true)
})

test('a file that a loss of power shortened is written again', async () => {
  const { folder, files } = open()
  await write(files, 'a', 60)
  truncateSync(join(folder, readdirSync(folder)[0]), 10)
  assert.equal(await files.find(stateOf('a')), null)
  assert.equal(await write(files, 'a', 60), 60)
})

test('without a folder that can be written nothing is kept, which is said once', async () => {
  const { folder, problems, files } = open()
  // A file in the place of the folder: root may write into every folder.
  writeFileSync(folder, '')
  assert.equal(await write(files, 'a', 10), null)
  assert.equal(await write(files, 'b', 10), null)
  assert.equal(problems.length, 1)
  assert.match(problems[0], /^exports are not kept as files: E/)
  if (process.getuid?.() === 0) return
  const locked = makeFolder()
  chmodSync(locked, 0o500)
  const readOnly = openExportFiles({ folder: join(locked, 'exports'), mostBytes: 1000 })
  assert.equal(await write(readOnly, 'a', 10), null)
})

test('a disk without room streams the export, and later exports are kept again', async () => {
  const { files, problems } = open()
  const full = async function* () {
    yield 'x'
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  assert.equal(await files.write(stateOf('a'), full()), null)
  assert.equal(problems.length, 1)
  assert.equal(await write(files, 'a', 10), 10)
})

test('two servers write the same file at once, and both read it', async () => {
  const { folder, files } = open()
  const other = openExportFiles({ folder, mostBytes: 1000 })
  const sizes = await Promise.all([files, other].map((each) => write(each, 'a', 100)))
  assert.deepEqual(sizes, [100, 100])
  assert.equal(readdirSync(folder).length, 1)
})
