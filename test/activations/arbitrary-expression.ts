import fc from 'fast-check'
import { type Expression, INPUT } from '../../src/activations/expression.js'
import { OPERATORS } from '../../src/activations/operators.js'

/** Random expressions over all operators, up to four operators deep. */
export const arbitraryExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    { arbitrary: fc.constant<Expression>(INPUT), weight: 1 },
    {
      arbitrary: fc.constantFrom(...OPERATORS).chain(({ name, arity }) =>
        fc
          .array(tie('expression'), {
            minLength: arity === 'BINARY' ? 2 : 1,
            maxLength: arity === 'UNARY' ? 1 : arity === 'BINARY' ? 2 : 4,
          })
          .map((operands): Expression => ({ kind: 'APPLICATION', operator: name, operands })),
      ),
      weight: 4,
    },
  ),
})).expression
