import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runActbench } from '../support/actbench.js'

// No database listens there.
const environment = { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' }
const run = (...options: string[]) => runActbench(['code', ...options], environment)

test('code is printed without a database', async () => {
  const { status, stdout } = await run('x*sigmoid(1.702*x)', '--target', 'jax', '--name', 'quick_gelu')
  assert.equal(status, 0)
  assert.match(stdout, /^import jax\n[\s\S]*def quick_gelu\(x\):[\s\S]*return x \* jax\.nn\.sigmoid\(1\.702 \* x\)\n$/)
  const { stdout: json } = await run('x', '--target', 'tensorflow-js', '--json')
  assert.equal(JSON.parse(json).target, 'TENSORFLOW_JS')
  const { stdout: normalised } = await run('gelu(x)', '--normalized-for', 'mini-cnn')
  assert.match(normalised, /return \(F\.gelu\(x\) - 0\.28\d+\) \/ 0\.5\d+\n$/)
})

test('wrong arguments are named', async () => {
  for (const [options, message] of [
    [['relu('], /expression: invalid at position 5/],
    [['x', '--target', 'fortran'], /Allowed choices are pytorch, jax, tensorflow, numpy, tensorflow-js, julia, latex/],
    [['x', '--name', 'lambda'], /name: expected .*, got "lambda"/],
    [['x', '--normalized-for', 'nothing'], /normalized-for: expected one of fashion-cnn, .*, got "nothing"/],
  ] as const) {
    const { status, stderr } = await run(...options)
    assert.equal(status, 2, stderr)
    assert.match(stderr, message)
  }
})
