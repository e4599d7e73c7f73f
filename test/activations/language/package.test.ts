import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../../src/root.js'

const ENTRY = 'packages/expression/src/index.ts'

test('the package of the language is made of src/activations/ and src/numeric/, and of no package', () => {
  const files = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    // Only statements count: generated code imports the frameworks it is for.
    const text = readFileSync(join(PROJECT_ROOT, file), 'utf8')
    for (const [, imported] of text.matchAll(/^(?:import\b.*|export\b.*|\}) from '([^']+)'/gm)) {
      assert.match(imported, /^\.{1,2}\//, `${file} imports ${imported}`)
      visit(
        relative(PROJECT_ROOT, join(PROJECT_ROOT, dirname(file), imported))
          .replaceAll('\\', '/')
          .replace(/\.js$/, '.ts'),
      )
    }
  }
  visit(ENTRY)
  assert.deepEqual(
    [...files].filter((file) => !/^(?:packages\/expression\/src|src\/activations|src\/numeric)\//.test(file)),
    [],
  )
  assert.ok(files.size > 20)
})
