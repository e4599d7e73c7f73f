import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import type { CodeTarget } from '../../../src/activations/code/code-target.js'
import { generateCode } from '../../../src/activations/code/generate-code.js'
import { nameParameters } from '../../../src/activations/code/names.js'
import { type Expression, parametersOf } from '../../../src/activations/expression.js'
import { KNOWN_FUNCTIONS } from '../../../src/activations/known-functions/known-functions.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { OPERATORS, operandCounts } from '../../../src/activations/operators.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { type CodeCase, createCase, createRandomExpressions } from './code-cases.js'

/**
 * ACTBENCH_TEST_PYTHON names a Python with numpy, scipy, torch, jax or tensorflow; what is missing is skipped. Without it, fewer
 * random functions run, because JAX takes minutes.
 */
const PYTHON = process.env.ACTBENCH_TEST_PYTHON ?? 'python3'
const RUNNER = join(PROJECT_ROOT, 'test/activations/code/run-code.py')
const NAME = 'activation'
const RANDOM_FUNCTIONS = process.env.ACTBENCH_TEST_PYTHON === undefined ? 20 : 500
const versions = findVersions()

const TARGETS: readonly { readonly target: CodeTarget; readonly packages: readonly string[] }[] = [
  { target: 'NUMPY', packages: ['numpy', 'scipy'] },
  { target: 'PYTORCH', packages: ['numpy', 'torch'] },
  { target: 'JAX', packages: ['numpy', 'jax'] },
  { target: 'TENSORFLOW', packages: ['numpy', 'tensorflow'] },
]

/** Shapes that random functions seldom have. */
const CHOSEN = [
  ...['x', '0.25', '-x**2', '(-x)**2', '2**-x', '(-2)**2*x', 'x-(x-1)', 'x/(x/2)', '1-2/3*x', 'x**0', 'x - -0.5'],
  ...['where(x > 0, x, exp(x)-1)', 'where(x > 0, log(x), 0)', 'where(x == 0, 1, sin(x)/x)', 'sqrt(abs(x))*sign(x)'],
  ...['where(x > 0, sqrt(x), where(x < -1, log(-x), x/(x+1)))', 'where(x > 1 and x < 2 or not x > -1, x**2, 0.5)'],
  ...[
    'min(relu(x), 2*(exp(x/2)-1))',
    'clip(exp(x), 0, 6)',
    'clip(x, 1, -1)',
    'clip(1, x, 2)',
    'max(0, x)',
    'max(x, 1e300)',
  ],
  ...[
    'where(x > 0, 1e300, x)',
    'where(x > 0, 1, 0)*x',
    'x*(x > 0)',
    'x**param(2)',
    'abs(x)**param(1.5)',
    'param(0.25)',
  ],
  ...['param(1,"lambda")*x+param(2,"training")', 'where(param(1) > 0.5, param(2)*x, x)', 'max(param(0.5), x)', 'x**x'],
  ...[
    'where(not param(1,"a") > 2, x, 0)',
    'param(0.5)**2*x',
    'exp(param(0.1))*x',
    'relu(param(1))+x*0',
    'step(x-param(1))',
  ],
  ...[
    '1e-300*x',
    '123456789012*x',
    '1e22*x',
    'sum_n(x,x,x,x)',
    'x*-1',
    '-(-x)',
    'sigmoid(exp(x))',
    'tanh(exp(exp(x)))',
  ],
]

for (const { target, packages } of TARGETS) {
  const missing = packages.filter((name) => !(name in versions))
  const skip = missing.length > 0 && `${PYTHON} does not have ${missing.join(', ')}`
  test(`${target}: values and derivatives of the code agree with those of the service`, { skip }, (t) => {
    const cases = listFunctions().map((one) => {
      const code = generateCode(one.expression, { target, name: NAME })
      const parameterNames = nameParameters(parametersOf(one.expression), NAME)
      return { target, name: NAME, code, parameterNames, ...one }
    })
    const { compared, problems } = run(cases)
    assert.deepEqual(problems, [])
    const points = cases.reduce((sum, { inputs }) => sum + inputs.length, 0)
    assert.equal(compared[target], points)
    t.diagnostic(`${cases.length} functions, ${points} points, ${JSON.stringify(versions)}`)
    // Half of the inputs of random functions overflow, or cancel in float32.
    assert.ok(points > 8 * cases.length, `${points} points of ${cases.length} functions`)
  })
}

let functions: readonly CodeCase[] | null = null

/** All operators, the list above, the functions of the literature, and random functions. */
function listFunctions(): readonly CodeCase[] {
  if (functions !== null) return functions
  const operators = OPERATORS.map(({ name, arity }): Expression => {
    const operands = ['x', '0.5*x+0.3', 'x*x-1'].slice(0, operandCounts(arity).most).map(parseText)
    return { kind: 'APPLICATION', operator: name, operands }
  })
  const literature = KNOWN_FUNCTIONS.map(({ expression }) => expression)
  const expressions = [
    ...operators,
    ...[...CHOSEN, ...literature].map(parseText),
    ...createRandomExpressions(RANDOM_FUNCTIONS, 1),
  ]
  functions = expressions.map(createCase)
  return functions
}

function findVersions(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(execFileSync(PYTHON, [RUNNER], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
      .versions
  } catch {
    return {}
  }
}

function run(cases: readonly object[]): { compared: Record<string, number>; problems: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-code-'))
  try {
    const path = join(folder, 'cases.json')
    writeFileSync(path, JSON.stringify(cases))
    const output = execFileSync(PYTHON, [RUNNER, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return JSON.parse(output.slice(output.lastIndexOf('{"versions"')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
