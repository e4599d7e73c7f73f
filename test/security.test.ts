import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEFAULT_LIMITS } from '../src/limits.js'
import { PROJECT_ROOT } from '../src/root.js'
import { ATTACKS } from './support/attacks/attacks.js'

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8')
const attacks = read('docs/lab/attacks.md')
const promises = read('docs/lab/promises.md').split('\n## Security\n')[1].split('\n## ')[0].trimEnd()
/** The first column of the table with this header. */
const listFirstColumn = (document: string, head: string) => {
  const [, table] = document.split(`${head}\n`)
  const lines = table.split('\n\n')[0].split('\n').slice(1)
  return lines.map((line) => line.slice(2, line.indexOf(' | ')).replaceAll('`', ''))
}

test('every promise of docs/lab/promises.md names a test that exists', () => {
  const rows = [...promises.matchAll(/^\| .+ \| `(test\/\S+\.test\.ts)`: (.+) \|$/gm)]
  assert.equal(rows.length, listFirstColumn(promises, '| promise | proved by |').length)
  assert.ok(rows.length > 30)
  for (const [, file, title] of rows) assert.ok(read(file).includes(title), `${file}: ${title}`)
})

test('docs/lab/attacks.md lists every attack once and has the right count', () => {
  assert.deepEqual(
    listFirstColumn(attacks, '| tried | answered |').sort(),
    ATTACKS.map(({ name }) => name.replaceAll('`', '')).sort(),
  )
  assert.ok(attacks.includes(`| attacks on a running server | ${ATTACKS.length} kinds`))
  assert.ok(promises.includes(`| ${DEFAULT_LIMITS.wrongKeys} wrong keys a minute`))
})

test('every program that docs/lab/attacks.md runs exists', () => {
  const programs = [...attacks.matchAll(/`node build\/(bench\/[\w/-]+)\.js/g)].map(([, path]) => `${path}.ts`)
  assert.ok(programs.length >= 4)
  for (const path of programs) assert.ok(existsSync(join(PROJECT_ROOT, path)), path)
  const { scripts } = JSON.parse(read('package.json'))
  for (const [, name] of attacks.matchAll(/`npm run ([\w-]+)/g)) assert.ok(name in scripts, name)
})
