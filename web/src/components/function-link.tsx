import { functionAddress } from '../language/read-expression.js'
import { Curve } from './curve.js'
import { ExpressionText } from './expression-text.js'

/** A function with its small curve. It leads to the page of the function. */
export function FunctionLink({ expression }: { expression: string }) {
  return (
    <a class="function" href={functionAddress(expression)}>
      <Curve expression={expression} width={48} height={28} />
      <ExpressionText text={expression} />
    </a>
  )
}
