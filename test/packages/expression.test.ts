import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import fc from 'fast-check'
import { compileExpression } from '../../src/activations/compile-expression.js'
import { completeText } from '../../src/activations/completion/complete.js'
import { type Expression, formatExpression } from '../../src/activations/expression.js'
import { parseText } from '../../src/activations/language/parse-text.js'
import { OPERATORS } from '../../src/activations/operators.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { arbitraryExpression } from '../activations/arbitrary-expression.js'

const run = promisify(execFile)
/** Fewer bytes than this in the compressed package, so that nothing large gets in by accident. */
const MAX_PACKED_BYTES = 80_000

interface ExpressionPackage {
  parse(text: string): Expression
  print(expression: Expression): string
  evaluate(expression: Expression, x: number): number
  differentiate(expression: Expression, x: number): number
  gradient(text: string, x: number, parameters?: readonly number[]): number[]
  complete(text: string): unknown
  readonly operators: readonly { readonly name: string }[]
}

const home = mkdtempSync(join(tmpdir(), 'actbench-package-'))
after(() => rmSync(home, { recursive: true, force: true }))
const installed = join(home, 'node_modules/@actbench/expression')
const packed = await packExpression()

/** Packs the package as npm publishes it, and unpacks it as npm installs it. */
async function packExpression(): Promise<{ files: string[]; size: number }> {
  const folder = join(PROJECT_ROOT, 'packages/expression')
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', home, folder], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, npm_config_cache: join(home, 'cache'), npm_config_offline: 'true' },
  })
  const printed = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const [{ filename, files, size }] = printed as [{ filename: string; files: { path: string }[]; size: number }]
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(home, filename), '--strip-components=1', '-C', installed])
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  return { files: files.map(({ path }) => path), size }
}

test('the package consists of one file of code, its types, a page, and the license', () => {
  const others = packed.files.filter((path) => !/^dist\/types\/.+\.d\.ts$/.test(path))
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'])
  assert.ok(packed.size < MAX_PACKED_BYTES, `${packed.size} bytes`)
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    assert.equal(manifest[field], undefined)
  assert.equal(manifest.license, 'Apache-2.0')
  const license = (path: string) => readFileSync(join(path, 'LICENSE'), 'utf8')
  assert.equal(license(installed), license(PROJECT_ROOT))
  const code = readFileSync(join(installed, 'dist/index.js'), 'utf8')
  // The texts of code for Python and JavaScript import too, but not at the start of a line.
  assert.doesNotMatch(code, /^import\b|\brequire\(|node:|new Function|\beval\(|\bprocess\b|\bBuffer\b/m)
})

test('each example of its page prints what the page says', async () => {
  const page = readFileSync(join(installed, 'README.md'), 'utf8')
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)
  assert.ok(examples.length >= 5)
  for (const [index, code] of examples.entries()) {
    const file = join(home, `example-${index}.js`)
    writeFileSync(file, code)
    const { stdout } = await run(process.execPath, [file])
    const expected = code.split('\n').flatMap((line) => /^\s*\/\/ (.*)$/.exec(line)?.[1] ?? [])
    assert.deepEqual(stdout.trimEnd().split('\n'), expected, code)
  }
})

test('its types are complete', async () => {
  writeFileSync(
    join(home, 'use.ts'),
    `import { complete, differentiate, evaluate, type Expression, ExpressionError, gradient, operators, parametersOf, parse, print } from '@actbench/expression'
const expression: Expression = parse('relu(x)')
const one: number = evaluate(expression, 1) + differentiate('x', 2, [])
const many: Float64Array = evaluate(expression, new Float32Array(2))
const names: readonly string[] = operators.map((operator) => operator.name + operator.aliases.join())
const texts: string[] = complete('t').suggestions.map((suggestion) => suggestion.text + suggestion.detail)
const slopes: number[] = gradient('prelu(x)', 1)
if (expression.kind === 'APPLICATION') print(expression.operands[0])
const initial: number | undefined = parametersOf(expression)[0]?.initial
const where = (error: unknown) => (error instanceof ExpressionError ? error.position + error.expected.length : null)
// @ts-expect-error: not a text
parse(1)
export default [one, many, names, texts, slopes, initial, where]
`,
  )
  const tsc = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', 'false']
  await run(process.execPath, [tsc, ...options, 'use.ts'], { cwd: home }).catch(({ stdout }) => assert.fail(stdout))
})

test('it runs in a browser that allows no code from texts, and computes what the service computes', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@actbench/expression'", resolveDir: home },
    ...{ bundle: true, format: 'iife', globalName: 'expression', platform: 'browser', write: false, target: 'es2022' },
  })
  // Only what every browser has: no process, no Buffer, no modules.
  const page = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  assert.throws(() => runInContext('new Function("return 1")()', page), { name: 'EvalError' })
  const library = runInContext(`${outputFiles[0].text}; expression`, page) as ExpressionPackage
  assert.deepEqual(
    [...library.operators].map(({ name }) => name),
    OPERATORS.map(({ name }) => name),
  )
  const toText = (expression: Expression) => library.print(library.parse(formatExpression(expression)))
  fc.assert(
    fc.property(arbitraryExpression, fc.double({ min: -20, max: 20, noNaN: true }), (expression, x) => {
      assert.equal(toText(expression), formatExpression(expression))
      const own = library.parse(formatExpression(expression))
      const compiled = compileExpression(expression)
      const slopes = [library.differentiate(own, x), compiled.derivative(x)]
      assert.ok(Object.is(library.evaluate(own, x), compiled.value(x)), formatExpression(expression))
      // The compiled source leaves out terms that are 0, which only changes the sign of a zero.
      assert.ok(
        slopes[0] === slopes[1] || slopes.every(Number.isNaN),
        `${formatExpression(expression)} at ${x}: ${slopes}`,
      )
    }),
    { numRuns: 500 },
  )
  const literature = JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/data/activations/literature.json'), 'utf8')) as [
    string,
    string,
  ][]
  for (const [, text] of literature) assert.equal(library.print(library.parse(text)), formatExpression(parseText(text)))
  for (const text of ['tanh(sig', 'x', '0,5*x', 'elu(x, ']) {
    assert.equal(JSON.stringify(library.complete(text)), JSON.stringify(completeText(text)))
  }
})

test('parameters have the values that are given, and derivatives by them', () => {
  const script = `import { evaluate, gradient } from '@actbench/expression'
const text = 'param(2,"a")*x + param(3)*square(x)*param(2,"a")'
console.log(JSON.stringify([evaluate(text, 2), evaluate(text, 2, [1, 10]), gradient(text, 2), gradient(text, 2, [1, 10])]))
try { evaluate(text, 2, [1]) } catch (error) { console.log(error.message) }
`
  writeFileSync(join(home, 'parameters.js'), script)
  return run(process.execPath, [join(home, 'parameters.js')]).then(({ stdout }) => {
    const [values, message] = stdout.trim().split('\n')
    // a x + b x^2 a, by a: x + b x^2, by b: x^2 a.
    assert.deepEqual(JSON.parse(values), [28, 42, [14, 8], [42, 4]])
    assert.match(message, /expected 2 values, got 1/)
  })
})
