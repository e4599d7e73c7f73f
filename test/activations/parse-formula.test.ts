import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isCondition, parseFormula } from '../../src/activations/parse-formula.js'

describe('A formula', () => {
  it('is read with the ranks of JavaScript, from left to right', () => {
    assert.deepEqual(parseFormula('a - b - c * -d'), {
      kind: 'PAIR',
      operator: '-',
      left: { kind: 'PAIR', operator: '-', left: name('a'), right: name('b') },
      right: {
        kind: 'PAIR',
        operator: '*',
        left: name('c'),
        right: { kind: 'SIGNED', operator: '-', operand: name('d') },
      },
    })
    assert.deepEqual(parseFormula('p || q && a < b ? f(a, 1e-7) : Math.abs(b)'), {
      kind: 'CHOICE',
      condition: {
        kind: 'PAIR',
        operator: '||',
        left: name('p'),
        right: {
          kind: 'PAIR',
          operator: '&&',
          left: name('q'),
          right: { kind: 'PAIR', operator: '<', left: name('a'), right: name('b') },
        },
      },
      yes: { kind: 'CALL', name: 'f', operands: [name('a'), { kind: 'NUMBER', text: '1e-7' }] },
      no: { kind: 'CALL', name: 'Math.abs', operands: [name('b')] },
    })
  })

  it('knows whether it is a condition', () => {
    for (const formula of ['a < b', 'a === a', 'p && q']) assert.ok(isCondition(parseFormula(formula)), formula)
    for (const formula of ['a', 'a + b', '-a', '+(a < b)']) assert.ok(!isCondition(parseFormula(formula)), formula)
  })

  it('is refused if it is not whole', () => {
    assert.throws(() => parseFormula('a b'), /expected the end, got token 1/)
    assert.throws(() => parseFormula('f(a'), /expected \)/)
    assert.throws(() => parseFormula('a ? b'), /expected :/)
  })
})

function name(text: string) {
  return { kind: 'NAME', name: text }
}
