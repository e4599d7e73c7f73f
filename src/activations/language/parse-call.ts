import { getOperator, operandCounts } from '../operators.js'
import { type Built, buildApplication } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { proposeContinuation } from './propose-edit.js'
import { MAX_EXPRESSION_DEPTH, type Reader, skipSpaces, takeIf } from './reader.js'

/** Parses the arguments of an operator whose name ends at `end`. */
export function parseCall(reader: Reader, name: string, end: number, parseArgument: (reader: Reader) => Built): Built {
  const { text, position: start } = reader
  if (text[end] !== '(') throw new ExpressionError(end, `"(" after ${name}`)
  if (reader.openOperators === MAX_EXPRESSION_DEPTH) {
    throw new ExpressionError(start, `at most ${MAX_EXPRESSION_DEPTH} nested operators`)
  }
  const { least, most } = operandCounts(getOperator(name).arity)
  const operands: Built[] = []
  reader.position = skipSpaces(text, end + 1)
  reader.openOperators++
  for (;;) {
    operands.push(parseArgument(reader))
    const count = operands.length
    if (count < most && takeIf(reader, ',')) continue
    if (count >= least && takeIf(reader, ')')) break
    const expected = [...(count < most ? ['","'] : []), ...(count >= least ? ['")"'] : [])].join(' or ')
    const edit = proposeContinuation(text, reader.position, count >= least)
    throw new ExpressionError(reader.position, `${expected} after argument ${count} of ${name}`, edit)
  }
  reader.openOperators--
  return buildApplication(name, operands, start)
}
