import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compileExpression } from '../../../src/activations/compile-expression.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { readJson } from '../reference-data.js'

const literature = readJson<[string, string][]>('literature.json')

test('docs/language.md has the tables of the code', async () => {
  const page = (await import(pathToFileURL(join(PROJECT_ROOT, 'scripts/pages/language-page.mjs')).href)) as {
    printTables(): Promise<Record<string, string>>
    readTables(): Record<string, string>
  }
  assert.deepEqual(page.readTables(), await page.printTables(), 'run `node scripts/pages/language-page.mjs`')
})

/** erf by Simpson's rule, independent of the operators. */
function erf(x: number): number {
  const steps = 4000
  let sum = 1 + Math.exp(-x * x)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-(((x * i) / steps) ** 2))
  return ((2 / Math.sqrt(Math.PI)) * x * sum) / (3 * steps)
}

const where = (condition: boolean, yes: number, no: number) => (condition ? yes : no)
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const relu6 = (x: number) => Math.min(6, Math.max(0, x))
const gelu = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2))
const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x) / x)
const SCOPE = { erf, where, sigmoid, relu6, gelu, sinc, pi: Math.PI }

test('at least 100 functions of the literature parse, and formulas have the values of JavaScript', () => {
  assert.ok(literature.length >= 100)
  assert.equal(new Set(literature.map(([name]) => name)).size, literature.length)
  let formulas = 0
  for (const [name, text] of literature) {
    const { value } = compileExpression(parseExpression(text))
    // JavaScript has no powers after a sign, and `==` of numbers is the same.
    if (/\b(?:F|nn|torch|jax|np)\./.test(text)) continue
    formulas++
    const body = `with (Math) with (scope) return ${text.replace('-x**2', '-(x**2)')}`
    const define = new Function('scope', 'x', body) as (scope: object, x: number) => number
    for (const x of [-4.7, -2, -0.9, -0.3, 0, 0.4, 1, 2.6, 7.1]) {
      const expected = define(SCOPE, x)
      assert.ok(Math.abs(value(x) - expected) <= 1e-9 * (1 + Math.abs(expected)), `${name} at ${x}: ${value(x)}`)
    }
  }
  assert.ok(formulas >= 90)
})
