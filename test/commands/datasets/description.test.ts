import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runActbench } from '../../support/actbench.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

test('search space and recipe are given to an import, exported, imported again and changed', async (t) => {
  const database = await openTestDatabase(t)
  const folder = makeFolder()
  const [file, output] = [join(folder, 'mine.csv'), join(folder, 'out.jsonl')]
  writeFileSync(file, 'expression,val_acc\nrelu(x),0.5\n')
  const run = (...args: string[]) => runActbench(args, { DATABASE_URL: database.url })
  const read = (name: string) => database.prisma.dataset.findUniqueOrThrow({ where: { name } })
  const space = ['--search-space', 'unary( x )', 'max(unary(x),x)']

  const imported = await run('import', file, ...space, '--recipe-description', 'SGD, 25 epochs', '--title', 'Mine')
  assert.equal(imported.status, 0, imported.stderr)
  const { searchSpace, recipeDescription, title } = await read('mine')
  assert.deepEqual([searchSpace, recipeDescription], [['unary(x)', 'max(unary(x),x)'], 'SGD, 25 epochs'])

  assert.equal((await run('export', 'mine', '--format', 'jsonl', '--output', output)).status, 0)
  const about = `${output}.about.json`
  assert.equal((await run('import', file, '--dataset', 'again', '--about', about, '--title', 'Again')).status, 0)
  const again = await read('again')
  assert.deepEqual([again.searchSpace, again.recipeDescription], [searchSpace, recipeDescription])
  assert.deepEqual([title, again.title], ['Mine', 'Again'])

  // A replacement keeps what it does not name.
  writeFileSync(file, 'expression,val_acc\nrelu(x),0.6\n')
  assert.equal((await run('import', file, '--replace')).status, 0)
  assert.deepEqual((await read('mine')).searchSpace, searchSpace)

  const changed = await run('dataset', 'update', 'mine', '--search-space', 'unary(x)', '--recipe-description', '')
  assert.deepEqual([changed.status, changed.stdout], [0, 'changed mine\n'])
  const after = await read('mine')
  assert.deepEqual([after.searchSpace, after.recipeDescription, after.title], [['unary(x)'], null, 'Mine'])
})

test('a wrong schema is one line, and nothing is imported', async (t) => {
  const database = await openTestDatabase(t)
  const file = join(makeFolder(), 'mine.csv')
  writeFileSync(file, 'expression,val_acc\nrelu(x),0.5\n')
  const args = ['import', file, '--search-space', 'unari(x)']
  const { status, stderr } = await runActbench(args, { DATABASE_URL: database.url })
  assert.equal(status, 2)
  assert.match(stderr, /^actbench: searchSpace\[0\]: unknown operator unari .*unary\?\n$/)
  assert.equal(await database.prisma.dataset.count(), 0)
})
