import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEFAULT_LIMITS } from '../src/limits.js'
import { PROJECT_ROOT } from '../src/root.js'
import { ATTACKS } from './support/attacks.js'

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8')
const document = read('docs/security.md')
/** What stands in the first column of the table with this head. */
const listFirstColumn = (head: string) => {
  const [, table] = document.split(`${head}\n`)
  const lines = table.split('\n\n')[0].split('\n').slice(1)
  return lines.map((line) => line.slice(2, line.indexOf(' | ')).replaceAll('`', ''))
}

test('every promise of docs/security.md names a test that is there', () => {
  const rows = [...document.matchAll(/^\| .+ \| `(test\/\S+\.test\.ts)`: (.+) \|$/gm)]
  assert.equal(rows.length, listFirstColumn('| promise | proved by |').length)
  assert.ok(rows.length > 30)
  for (const [, file, title] of rows) assert.ok(read(file).includes(title), `${file}: ${title}`)
})

test('docs/security.md lists the attacks that are tried, each once, and says how many they are', () => {
  assert.deepEqual(
    listFirstColumn('| tried | answered |').sort(),
    ATTACKS.map(({ name }) => name.replaceAll('`', '')).sort(),
  )
  assert.ok(document.includes(`| attacks on a running server | ${ATTACKS.length} kinds`))
  assert.ok(document.includes(`| ${DEFAULT_LIMITS.wrongKeys} wrong keys a minute`))
})

test('every program that docs/security.md runs is there', () => {
  const programs = [...document.matchAll(/`node build\/(bench\/[\w-]+)\.js/g)].map(([, path]) => `${path}.ts`)
  assert.ok(programs.length >= 4)
  for (const path of programs) assert.ok(existsSync(join(PROJECT_ROOT, path)), path)
  const { scripts } = JSON.parse(read('package.json'))
  for (const [, name] of document.matchAll(/`npm run ([\w-]+)/g)) assert.ok(name in scripts, name)
})
