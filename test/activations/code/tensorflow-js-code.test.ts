import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type * as Tfjs from '@tensorflow/tfjs-core'
import { buildSync } from 'esbuild'
import { generateCode } from '../../../src/activations/code/generate-code.js'
import { nameParameters } from '../../../src/activations/code/names.js'
import { type Expression, parametersOf } from '../../../src/activations/expression.js'
import { KNOWN_FUNCTIONS } from '../../../src/activations/known-functions/known-functions.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { OPERATORS, operandCounts } from '../../../src/activations/operators.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { type CodeCase, createCase, createRandomExpressions } from './code-cases.js'

const TOLERANCE = 2e-4
const tfjs = loadTfjs()

/** The part of a layer of TensorFlow.js that the code uses: tfjs-layers is not installed here. */
class Layer {
  addWeight(_key: string, _shape: number[], _type: string, { value }: { value: number }) {
    const variable = tfjs.scalar(value)
    return { read: () => variable }
  }
  build() {}
  getConfig() {
    return {}
  }
}
const tf = {
  ...tfjs,
  layers: { Layer },
  initializers: { constant: (options: { value: number }) => options },
  serialization: { registerClass() {} },
}

test('values and gradients of TensorFlow.js agree with those of the service', async () => {
  await tfjs.setBackend('cpu')
  const operators = OPERATORS.map(({ name, arity }): Expression => {
    const operands = ['x', '0.5*x+0.3', 'x*x-1'].slice(0, operandCounts(arity).most).map(parseText)
    return { kind: 'APPLICATION', operator: name, operands }
  })
  const known = KNOWN_FUNCTIONS.map(({ expression }) => parseText(expression))
  const problems: string[] = []
  let points = 0
  for (const [i, expression] of [...operators, ...known, ...createRandomExpressions(500, 2)].entries()) {
    const one = createCase(expression, i)
    points += one.inputs.length
    tfjs.engine().startScope()
    const problem = attempt(one)
    tfjs.engine().endScope()
    if (problem !== null) problems.push(`${one.text}: ${problem}`)
  }
  assert.deepEqual(problems, [])
  assert.ok(points > 5000, `${points} points`)
})

function attempt(one: CodeCase): string | null {
  try {
    return compare(one)
  } catch (error) {
    return String(error)
  }
}

/** What differs; null if nothing does. */
function compare({ expression, inputs, values, derivatives, parameterDerivatives }: CodeCase): string | null {
  const run = load(expression)
  if (inputs.length === 0) return null
  const x = tfjs.tensor1d(inputs)
  const names = nameParameters(parametersOf(expression), 'activation')
  const initials = parametersOf(expression).map(({ initial }) => tfjs.scalar(initial))
  const found = run(x, initials)
  if (found.shape[0] !== inputs.length) return `shape ${found.shape}`
  const [slope] = tfjs.grads((each: Tfjs.Tensor) => run(each, initials))([x])
  const byParameter = names.map((_, k) =>
    inputs.map((input) => {
      const grad = tfjs.grad((value: Tfjs.Tensor) =>
        tfjs.add(
          run(
            tfjs.tensor1d([input]),
            initials.map((each, slot) => (slot === k ? value : each)),
          ),
          tfjs.mul(0, value),
        ),
      )
      return grad(initials[k]).dataSync()[0]
    }),
  )
  const rows: [string, ArrayLike<number>, readonly number[]][] = [
    ['value', found.dataSync(), values],
    ['derivative', slope.dataSync(), derivatives],
    ...names.map((name, k): [string, number[], number[]] => [
      `by ${name}`,
      byParameter[k],
      parameterDerivatives.map((row) => row[k]),
    ]),
  ]
  for (const [what, ours, right] of rows) {
    const at = right.findIndex((value, i) => !(Math.abs(ours[i] - value) <= TOLERANCE * (1 + Math.abs(value))))
    if (at >= 0) return `${what} at ${inputs[at]}: ${ours[at]}, expected ${right[at]}`
  }
  return null
}

function load(expression: Expression): (x: Tfjs.Tensor, parameters: readonly Tfjs.Tensor[]) => Tfjs.Tensor {
  const code = generateCode(expression, { target: 'TENSORFLOW_JS', name: 'activation' })
  const body = code.replace(/^import .*$/m, '').replaceAll('export ', '')
  const made = new Function('tf', `${body}\nreturn activation`)(tf)
  const names = nameParameters(parametersOf(expression), 'activation')
  if (names.length === 0) return made
  const layer = new made()
  layer.build([null])
  return (x, parameters) => {
    names.forEach((name, k) => {
      layer.values[name] = { read: () => parameters[k] }
    })
    return layer.call(x)
  }
}

/** TensorFlow.js as pages load it. The build for Node.js has no gradients, so its sources are bundled. */
function loadTfjs(): typeof Tfjs {
  const contents = `import '@tensorflow/tfjs-core/dist/register_all_gradients'
    import '@tensorflow/tfjs-backend-cpu'
    export * from '@tensorflow/tfjs-core'`
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: PROJECT_ROOT },
    ...{
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    },
  })
  const module = { exports: {} as typeof Tfjs }
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  )
  return module.exports
}
