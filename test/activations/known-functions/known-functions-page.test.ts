import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { PROJECT_ROOT } from '../../../src/root.js'

test('docs/known-functions.md has the list of the code, with ranks of the shipped data', async () => {
  const page = (await import(pathToFileURL(join(PROJECT_ROOT, 'scripts/pages/known-functions-page.mjs')).href)) as {
    printTable(): Promise<string>
    readTable(): string
  }
  const table = await page.printTable()
  assert.equal(page.readTable(), table, 'run `node scripts/pages/known-functions-page.mjs`')
  const ranks = [...table.matchAll(/\| (\d+) \|$/gm)].map(([, rank]) => Number(rank))
  assert.ok(ranks.length >= 40)
  assert.match(table, /^\| ReLU \|.*\| `relu\(x\)` \| 1969 \|.*\| \d+ \|$/m)
})
