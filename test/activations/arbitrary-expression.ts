import fc from 'fast-check'
import { type Expression, INPUT } from '../../src/activations/expression.js'
import { OPERATORS, operandCounts } from '../../src/activations/operators.js'

/** Numbers that people write. Beyond them, differences of outputs say nothing about derivatives. */
const arbitraryNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, 3, 0.5, 0.044715, 1e-3, -2.5, 10),
  fc.integer({ min: -800, max: 800 }).map((hundredths) => hundredths / 100),
)

/** Random expressions over all operators and numbers, up to four operators deep. */
export const arbitraryExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    { arbitrary: fc.constant<Expression>(INPUT), weight: 2 },
    { arbitrary: arbitraryNumber.map((value): Expression => ({ kind: 'NUMBER', value })), weight: 1 },
    {
      arbitrary: fc.constantFrom(...OPERATORS).chain(({ name, arity }) =>
        fc
          .array(tie('expression'), {
            minLength: operandCounts(arity).least,
            maxLength: Math.min(4, operandCounts(arity).most),
          })
          .map((operands): Expression => ({ kind: 'APPLICATION', operator: name, operands })),
      ),
      weight: 7,
    },
  ),
})).expression
