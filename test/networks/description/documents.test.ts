import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createDescribedNetwork } from '../../../src/networks/description/create-described-network.js'
import { parseNetworkDescription } from '../../../src/networks/description/parse-network-description.js'
import { parseRecipe } from '../../../src/networks/description/parse-recipe.js'
import { PROJECT_ROOT } from '../../../src/root.js'

test('docs/networks.md has the tables of the parsers', async () => {
  const { printPage, readPage } = (await import(
    pathToFileURL(join(PROJECT_ROOT, 'scripts/pages/network-tables.mjs')).href
  )) as { printPage: () => Promise<string>; readPage: () => string }
  assert.equal(readPage(), await printPage(), 'run `node scripts/pages/network-tables.mjs`')
})

test('the examples of docs/networks.md are accepted', () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/networks.md'), 'utf8')
  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(text) as object)
  const networks = examples.filter((example) => 'layers' in example)
  assert.deepEqual([examples.length, networks.length], [3, 2])
  for (const example of networks) {
    const description = parseNetworkDescription(example, 'example')
    createDescribedNetwork(description, { name: 'example', inputShape: [16, 16, 1], classes: 10 })
  }
  for (const example of examples.filter((example) => !('layers' in example))) parseRecipe(example, 'example')
})
