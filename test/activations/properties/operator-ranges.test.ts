import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATORS } from '../../../src/activations/operators.js'
import { Encloser } from '../../../src/activations/properties/encloser.js'

const UNARY = OPERATORS.filter(({ arity }) => arity === 'UNARY')

test('the ranges of each operator contain its values and its difference quotients', () => {
  for (const { name, value } of UNARY) {
    const encloser = new Encloser({ kind: 'APPLICATION', operator: name, operands: [{ kind: 'INPUT' }] })
    for (let i = 0; i < 400; i++) {
      const lo = -8 + ((i * 0.618033988749895) % 1) * 16
      const hi = lo + ((i * 0.7548776662466927) % 1) ** 3 * 4
      const { box } = encloser.over(lo, hi)
      const inside = Array.from({ length: 9 }, (_, k) => lo + ((hi - lo) * k) / 8)
      for (const x of inside) {
        const y = value(x)
        if (!Number.isFinite(y)) continue
        const rounding = 1e-14 * Math.abs(y)
        assert.ok(
          box.value.lo - rounding <= y && y <= box.value.hi + rounding,
          `${name}(${x}) = ${y} on [${lo}, ${hi}]`,
        )
        const other = value(inside[0])
        const quotient = (y - other) / (x - inside[0])
        const margin = (1e-12 * (1 + Math.abs(y) + Math.abs(other))) / (x - inside[0])
        if (!(x > inside[0]) || !Number.isFinite(quotient)) continue
        assert.ok(
          box.slope.lo - margin <= quotient && quotient <= box.slope.hi + margin,
          `${name}: slope ${quotient} on [${lo}, ${x}]`,
        )
      }
    }
  }
  assert.ok(UNARY.length >= 40)
})
