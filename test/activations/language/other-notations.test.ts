import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatExpression } from '../../../src/activations/expression.js'
import { ExpressionError } from '../../../src/activations/language/expression-error.js'
import { findReading } from '../../../src/activations/language/find-reading.js'
import { parseText } from '../../../src/activations/language/parse-text.js'

/** The position of the problem of a text, and its nearest reading; fails if the text parses. */
function problemOf(text: string): { position: number; expected: string; reading: string | null } {
  try {
    parseText(text)
  } catch (error) {
    assert.ok(error instanceof ExpressionError, text)
    assert.ok(error.position >= 0 && error.position <= text.length, text)
    assert.ok(error.expected.length > 0, text)
    const reading = findReading(text, error)
    if (reading !== null) parseText(reading)
    return { position: error.position, expected: error.expected, reading }
  }
  assert.fail(`${JSON.stringify(text)} parses`)
}

function assertReadings(cases: readonly [text: string, position: number, reading: string | null][]): void {
  const found = cases.map(([text]): [string, number, string | null] => {
    const { position, reading } = problemOf(text)
    return [text, position, reading]
  })
  assert.deepEqual(found, cases)
}

test('characters of books and of word processors get the nearest reading', () => {
  assertReadings([
    ['x\u22121', 1, 'x-1'],
    ['x \u2013 1', 2, 'x - 1'],
    ['x\u00d72', 1, 'x*2'],
    ['x\u00b72', 1, 'x*2'],
    ['x\u22172', 1, 'x*2'],
    ['x\u00f72', 1, 'x/2'],
    ['x\u00b2', 1, 'x**2'],
    ['x\u2074', 1, 'x**4'],
    ['x\u00b9\u2070', 1, 'x**10'],
    ['x\u207b\u00b9', 1, 'x**-1'],
    ['e\u02e3', 1, 'e**x'],
    ['e\u207b\u02e3', 1, 'e**-x'],
    ['\u00bd*x', 0, '(1/2)*x'],
    ['\u221ax', 0, 'sqrt(x)'],
    ['\u221a(x+1)', 0, 'sqrt(x+1)'],
    ['x*\u03c3(x)', 2, 'x*sigmoid(x)'],
    ['x*\u03a6(x)', 2, 'x*ndtr(x)'],
    ['\u03c0*x', 0, 'pi*x'],
    ['2\u03c0', 1, '2*pi'],
    ['sin(2\u03c0x)', 5, 'sin(2*pi*x)'],
    ['\uff11\uff12\uff13*x', 0, '123*x'],
    ['\uff54\uff41\uff4e\uff48\uff08\uff58\uff09', 0, 'tanh(x)'],
    ['x\u22650', 1, 'x>=0'],
    ['where(x\u22600,x,1)', 7, 'where(x!=0,x,1)'],
    ['\uff12*\uff58', 0, '2*x'],
    ['\uff08x\uff09', 0, '(x)'],
    ['max(x\uff0c0)', 5, 'max(x,0)'],
    ['\u{1d465}+1', 0, 'x+1'],
    ['tanh(\u0445)', 5, 'tanh(x)'],
    ['x\u200b+1', 1, 'x+1'],
    ['ta\u200bnh(x)', 0, 'tanh(x)'],
    ['\ufeffx', 0, 'x'],
    ['x\u00a0+\u20091', 1, 'x + 1'],
    ['x\u0301', 1, 'x'],
    ['x\u0000', 1, 'x'],
    ['\u201cx*2\u201d', 0, 'x*2'],
    ['"relu(x)"', 0, 'relu(x)'],
    ['`relu(x)`', 0, 'relu(x)'],
    ['gelu(x, approximate=\u2018tanh\u2019)', 20, 'gelu(x, approximate="tanh")'],
    ['x&gt;0', 4, 'x>0'],
    ['\ud800x', 0, null],
    ['x\u221e', 1, null],
    // More foreign characters than a usual text has.
    [`${'x\u00b2\u2212x\u00b7'.repeat(8)}x`, 1, `${'x**2-x*'.repeat(8)}x`],
  ])
})

test('Greek letters and usual names of constants are keywords, or parameters that training finds', () => {
  assertReadings([
    ['elu(x, \u03b1=0.5)', 7, 'elu(x, alpha=0.5)'],
    ['leaky_relu(x,\u03b1=0.1)', 13, 'leaky_relu(x,alpha=0.1)'],
    ['x*sigmoid(\u03b2*x)', 10, 'x*sigmoid(param(1,"beta")*x)'],
    ['x*sigmoid(beta*x)', 10, 'x*sigmoid(param(1,"beta")*x)'],
    ['a*x+a', 0, 'param(1,"a")*x+param(1,"a")'],
    ['elu(x, alfa=1)', 7, 'elu(x, alpha=1)'],
    ['leaky_relu(x, slope=0.1)', 14, 'leaky_relu(x, negative_slope=0.1)'],
    ['softplus(x, gamma=2)', 12, null],
    ['elu(alpha=1)', 12, 'elu(x,alpha=1)'],
    ['silu()', 6, 'silu(x)'],
    ['param(0.25,a)', 11, 'param(0.25,"a")'],
    ['x.tahn()', 2, 'x.tanh()'],
  ])
})

test('functions of programming languages are read without their heads', () => {
  assertReadings([
    ['lambda x: x*2', 0, 'x*2'],
    ['lambda z: z*sigmoid(z)', 0, 'x*sigmoid(x)'],
    ['f = lambda x: torch.relu(x)**2', 0, 'torch.relu(x)**2'],
    ['lambda a: a*tanh(a)', 0, 'x*tanh(x)'],
    ['f(w) = w*sigmoid(w)', 0, 'x*sigmoid(x)'],
    ['def f(x):\n  y = x*2\n  return y', 0, null],
    ['self.alpha*x', 0, 'param(1,"alpha")*x'],
    ['def f(x): return x*2', 0, 'x*2'],
    ['def f(x: float) -> float:\n    return x*2', 0, 'x*2'],
    ['return torch.relu(x)', 0, 'torch.relu(x)'],
    ['f(x) = x*2', 0, 'x*2'],
    ['y = x*2', 0, 'x*2'],
    ['=x*2', 0, 'x*2'],
    ['x => x*2', 2, 'x*2'],
    ['(x) => x*2', 4, 'x*2'],
    ['z => z*2', 0, 'x*2'],
    ['x -> x*2', 3, 'x*2'],
    ['\\x -> x*2', 0, 'x*2'],
    ['@(x) x*2', 0, 'x*2'],
    ['const f = x => x*2', 0, 'x*2'],
    ['function f(x) { return x*2 }', 0, 'x*2'],
    ['relu(x)  # the usual one', 9, 'relu(x)'],
    ['relu(x);', 7, 'relu(x)'],
    ['x*2 // the double', 5, 'x*2'],
    ['gelu(x, approximate=tanh)', 24, 'gelu(x, approximate="tanh")'],
    ['torch.maximum(x, torch.tensor(0.0))', 17, 'torch.maximum(x, 0.0)'],
    ['np.float32(0.5)*x', 0, '0.5*x'],
    ['torch.tensor(0.1, dtype=torch.float32)*x', 0, '0.1*x'],
    ['where(x>0,x,False)', 12, 'where(x>0,x,0)'],
    ['!(x>0)', 0, 'not (x>0)'],
    ['~(x>0)', 0, 'not (x>0)'],
  ])
})

test('formulas of LaTeX are read', () => {
  assertReadings([
    ['$x^{2}$', 0, 'x^(2)'],
    ['\\frac{x}{1+e^{-x}}', 0, '((x)/(1+e^(-x)))'],
    ['\\frac{x}{2}', 0, '((x)/(2))'],
    ['\\tanh(x)', 0, 'tanh(x)'],
    ['x \\cdot \\sigma(x)', 2, 'x*sigmoid(x)'],
    ['\\max\\left(0, x\\right)', 0, 'max(0, x)'],
    ['\\operatorname{erf}(x)', 0, 'erf(x)'],
    ['\\sqrt{x}', 0, 'sqrt(x)'],
  ])
})

test('commas, calls without parentheses, repeated signs and brackets get the nearest reading', () => {
  assertReadings([
    ['0,5*x', 1, '0.5*x'],
    ['max(0,5*x, 0)', 9, 'max(0.5*x, 0)'],
    ['where(x>0, x, 0,01*x)', 15, 'where(x>0, x, 0.01*x)'],
    ['1,000*x', 1, '1000*x'],
    ['1,702*x', 1, '1.702*x'],
    ['1.000,5*x', 5, '1000.5*x'],
    ['max(x,0,)', 7, 'max(x,0)'],
    ['relu(x,)', 6, 'relu(x)'],
    ['elu(x, 0.5,)', 11, 'elu(x, 0.5)'],
    ['x,', 1, 'x'],
    ['max(x;0)', 5, 'max(x,0)'],
    ['sin x', 4, 'sin(x)'],
    ['sin^2(x)', 3, 'sin(x)**2'],
    ['sin\u00b2(x)', 3, 'sin(x)**2'],
    ['x*sigmoid', 9, 'x*sigmoid(x)'],
    ['nn.ReLU()', 9, 'nn.ReLU()(x)'],
    ['exp^x', 3, null],
    ['max', 3, null],
    ['tanh[x]', 4, 'tanh(x)'],
    ['max{0,x}', 3, 'max(0,x)'],
    ['[x]', 0, '(x)'],
    ['x[0]', 1, null],
    ['x ^ ^ 2', 4, 'x ^ 2'],
    ['x***2', 3, 'x**2'],
    ['x//2', 2, null],
    ['x===0', 3, 'x==0'],
    ['x<>0', 2, 'x!=0'],
    ['x=<0', 1, 'x<=0'],
    ['x=>0', 1, 'x>=0'],
    ['x()', 1, 'x'],
    ['exp -x', 4, 'exp(-x)'],
    ['leaky-relu(x)', 0, 'leaky_relu(x)'],
    ['log-sigmoid(x)', 3, 'log_sigmoid(x)'],
    ['hard-swish(x)', 0, 'hard_swish(x)'],
    ['log-x', 3, 'log(x)-x'],
    ['RELU', 0, 'relu(x)'],
    ['x**', 3, 'x'],
    ['|x|*2', 0, 'abs(x)*2'],
    ['(x+1)(x-1)', 5, '(x+1)*(x-1)'],
    ['torch.nope(x)', 0, null],
    ["__import__('os')", 0, null],
    ['import os', 0, null],
    ['os.system("x")', 0, null],
    ['x; drop table evaluations', 1, null],
    ['np.inf', 0, null],
    ['%78', 0, null],
  ])
  assert.match(problemOf('max(x, -np.inf)').expected, /^a finite number/)
})

test('spellings of papers and frameworks that are right have no problem', () => {
  const cases: [string, string][] = [
    ['np.where(x>0,x,0)', 'where(greater(x,0),x,0)'],
    ['torch.nn.LeakyReLU(negative_slope=0.1)(x)', 'where(greater(x,0),x,mul(0.1,x))'],
    ['F.elu(x, alpha=1.0)', 'elu(x)'],
    ['x if x > 0 else 0', 'where(greater(x,0),x,0)'],
    ['x\n+\t1', 'add(x,1)'],
    ['ln(x)', 'log(x)'],
    ['sech(x)', 'div(1,cosh(x))'],
    ['torch.special.ndtr(x)', 'mul(0.5,erfc(div(negative(x),1.4142135623730951)))'],
    ['np.clip(x, 0, None)', 'max(x,0)'],
    ['np.clip(x, a_min=None, a_max=6)', 'min(x,6)'],
    ['jnp.clip(x, -1, 1)', 'clip(x,-1,1)'],
    ['torch.where(x > 0, x, torch.zeros_like(x))', 'where(greater(x,0),x,zero(x))'],
  ]
  for (const [text, canonical] of cases) assert.equal(formatExpression(parseText(text)), canonical, text)
})
