import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../../src/root.js'

const SOURCE = join(PROJECT_ROOT, 'src')
/** What a package of the language would export: parse, print, evaluate, differentiate, names. */
const ENTRIES = [
  'activations/language/parse-text.ts',
  'activations/language/nearest-names.ts',
  'activations/language/operator-aliases.ts',
  'activations/expression.ts',
  'activations/operators.ts',
  'activations/evaluate-expression.ts',
  'activations/compile-expression.ts',
  'activations/parameters.ts',
]

test('the language imports nothing from outside of its folder, and no package', () => {
  const files = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(join(SOURCE, file), 'utf8')
    for (const [, imported] of text.matchAll(/\bfrom '([^']+)'/g)) {
      assert.match(imported, /^\.{1,2}\//, `${file} imports ${imported}`)
      visit(
        relative(SOURCE, join(SOURCE, dirname(file), imported))
          .replaceAll('\\', '/')
          .replace(/\.js$/, '.ts'),
      )
    }
  }
  ENTRIES.forEach(visit)
  assert.deepEqual(
    [...files].filter((file) => !/^(?:activations|numeric)\//.test(file)),
    [],
  )
  assert.ok(files.size > 20)
})
