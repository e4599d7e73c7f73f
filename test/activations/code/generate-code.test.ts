import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CODE_TARGETS } from '../../../src/activations/code/code-target.js'
import { generateCode } from '../../../src/activations/code/generate-code.js'
import { findNameProblem, MAX_NAME_LENGTH } from '../../../src/activations/code/names.js'
import type { Expression } from '../../../src/activations/expression.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { OPERATORS, operandCounts } from '../../../src/activations/operators.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { createRandomExpressions } from './code-cases.js'

const write = (text: string, target: (typeof CODE_TARGETS)[number], name = 'activation') =>
  generateCode(parseText(text), { target, name })
/** The last statement of a function of Python. */
const lastLine = (text: string, target: (typeof CODE_TARGETS)[number] = 'PYTORCH') =>
  write(text, target).trimEnd().split('\n').at(-1)?.trim()

// `node scripts/pages/code-texts.mjs` writes these files. Read the difference before you commit it.
test('the code of a dozen functions is the text in test/data/code', () => {
  for (const target of CODE_TARGETS) {
    const stored = readFileSync(join(PROJECT_ROOT, `test/data/code/${target.toLowerCase()}.txt`), 'utf8')
    const parts = stored.split(/^#### (.+)\n/m).slice(1)
    assert.equal(parts.length, 24)
    for (let i = 0; i < parts.length; i += 2) assert.equal(write(parts[i], target), parts[i + 1].trimEnd().concat('\n'))
  }
})

test('every operator has code in every target, and each helper that the code uses is defined in it', () => {
  for (const { name, arity } of OPERATORS) {
    for (const texts of [
      ['x', '2*x', 'x-1'],
      ['x', '2', '3'],
      ['2', 'x', '0.5'],
      ['param(0.5)', 'param(1.5)', 'x'],
    ]) {
      const operands = texts.slice(0, operandCounts(arity).most).map(parseText)
      const expression: Expression = { kind: 'APPLICATION', operator: name, operands }
      for (const target of CODE_TARGETS) {
        const code = generateCode(expression, { target, name: 'activation' })
        assert.ok(code.includes('activation'), `${name} in ${target}`)
        assert.doesNotMatch(code, /undefined|\[object/, `${name} in ${target}: ${code}`)
        const definitions = code.replace(/"""[\s\S]*?"""/g, '')
        for (const [, helper] of definitions.matchAll(/(?<![\w.])(_[a-z]\w*)\(/gi)) {
          assert.match(
            definitions,
            new RegExp(`(?:def |function |^)${helper}\\(.*\\)(?::| \\{| =)`, 'm'),
            `${helper} in ${target}`,
          )
        }
      }
    }
  }
})

test('functions of the framework and infix notation are used', () => {
  assert.equal(lastLine('gelu(x)'), 'return F.gelu(x)')
  assert.equal(lastLine('x*sigmoid(1.702*x)'), 'return x * torch.sigmoid(1.702 * x)')
  assert.equal(lastLine('max(0, x)'), 'return torch.clamp(x, min=0)')
  assert.equal(lastLine('-x**2'), 'return -x ** 2')
  assert.equal(lastLine('(-x)**2'), 'return (-x) ** 2')
  assert.equal(lastLine('x-(x-1)'), 'return x - (x - 1)')
  assert.equal(lastLine('x - -0.5'), 'return x - (-0.5)')
  assert.equal(lastLine('2/3*x'), 'return 2 / 3 * x')
  assert.equal(lastLine('x/(x*2)'), 'return x / (x * 2)')
  assert.equal(lastLine('(x**2)**3'), 'return (x ** 2) ** 3')
  assert.equal(lastLine('x**-2'), 'return x ** -2')
  assert.equal(lastLine('(-2)**2*x'), 'return 4 * x')
  assert.equal(lastLine('sqrt(2)*x'), 'return 1.4142135623730951 * x')
  assert.equal(lastLine('0**0*x'), 'return 1 * x')
  assert.equal(lastLine('1e-300*x'), 'return 1e-300 * x')
  assert.equal(lastLine('123456789012*x'), 'return 123456789012.0 * x')
  assert.equal(lastLine('x + 1/-0'), 'return x + (-math.inf)')
  assert.equal(lastLine('where(x > 1 and not x > 2, x, 0)'), 'return torch.where((x > 1) & ~(x > 2), x, 0)')
  assert.equal(lastLine('x*(x > 0)'), 'return x * (x > 0).to(x.dtype)')
  assert.equal(lastLine('x', 'JAX'), 'return x')
})

test('a part that is used twice gets a name, and so does a part of a long formula', () => {
  assert.match(write('tanh(x)+1/tanh(x)', 'PYTORCH'), /t1 = torch\.tanh\(x\)\n {4}return t1 \+ 1 \/ t1\n/)
  for (const line of write(`${'exp(x)+sin(x)*'.repeat(20)}x`, 'PYTORCH')
    .split('\n')
    .slice(5)) {
    assert.ok(line.length <= 100, line)
  }
})

test('a branch that may overflow where it is not taken gets a harmless input', () => {
  assert.equal(
    lastLine('where(x > 0, x, exp(x)-1)'),
    'return torch.where(x > 0, x, torch.exp(torch.where(x > 0, 0, x)) - 1)',
  )
  assert.equal(lastLine('where(x > 0, x, 0.1*x)'), 'return torch.where(x > 0, x, 0.1 * x)')
  assert.match(write('where(x == 0, 1, sin(x)/x)', 'JAX'), /jnp\.where\(x == 0, 1, x\)/)
  assert.match(write('where(x == 0, 1, sin(x)/x)', 'JULIA'), /return \(x == 0 \? T\(1\.0\) : sin\(x\) \/ x\)/)
})

test('the code of deep expressions does not grow with a power of their depth', () => {
  const deep = (text: string, depth: number) =>
    Array.from({ length: depth }).reduce<string>((inner) => text.replace('y', inner), 'x')
  const texts = [
    deep('where(greater(x,0),x,exp(y))', 15),
    deep('where(greater(y,0),x,exp(x))', 15),
    deep('min(0,expm1(y))', 15),
    deep('clip(y,x,2)', 30),
    deep('mish(y)', 30),
    deep('max(negative(x),y)', 30),
    deep('pow(y,x)', 30),
  ]
  for (const expression of [...texts.map(parseText), ...createRandomExpressions(40, 9)]) {
    for (const target of CODE_TARGETS) {
      const code = generateCode(expression, { target, name: 'activation' })
      assert.ok(code.length < 60_000)
    }
  }
})

test('names that a language or the code uses are refused, and so are texts that are no names', () => {
  for (const target of CODE_TARGETS) {
    for (const name of ['activation', 'Swish2', '_f', 'a'.repeat(MAX_NAME_LENGTH)]) {
      assert.equal(findNameProblem(target, name), null, `${name} in ${target}`)
    }
    for (const name of ['', '1x', 'a b', 'a-b', 'é', 'x', 'f()', 'a\n', '__init__', 'a'.repeat(MAX_NAME_LENGTH + 1)]) {
      assert.notEqual(findNameProblem(target, name), null, `${name} in ${target}`)
    }
  }
  const taken = {
    PYTORCH: ['lambda', 'torch', 'F', '_pow'],
    TENSORFLOW_JS: ['class', 'tf', '_erfc'],
    JULIA: ['end', 'NNlib', 'exp'],
  }
  for (const [target, names] of Object.entries(taken)) {
    for (const name of names) assert.notEqual(findNameProblem(target as never, name), null, `${name} in ${target}`)
  }
})

test('parameters keep their names unless the language or the framework uses them', () => {
  assert.match(
    write('param(1,"lambda")*x+param(2,"training")*param(3)', 'PYTORCH'),
    /__init__\(self, p_lambda_1=1\.0, p_training_1=2\.0, alpha=3\.0\)/,
  )
  assert.match(write('param(1,"alpha")*x+param(2)', 'JAX'), /\{"alpha": 1\.0, "beta": 2\.0\}/)
  assert.match(write('param(1,"beta_2")*x', 'LATEX'), /\\mathrm\{beta\\_2\} &= 1 \\quad/)
})
