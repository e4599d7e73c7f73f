import type { Expression } from '../../../../activations/expression.js'
import { generateSource } from '../../../../activations/generate-source.js'
import type { DerivativeForms } from '../../../../activations/operator-forms.js'
import { type Code, F64_LANES, i32, type Local, repeat, when } from '../code/instructions.js'
import type { FunctionWriter } from '../code/module.js'
import { PAIR_FUNCTIONS } from './functions.js'
import { bits, createPairWriter, f64x2, type PairWriter, type TableAddresses } from './pair-writer.js'

/** What a loop computes for each number. */
export interface ActivationLoop {
  expression: Expression
  forms: DerivativeForms
  /** Values, or values with derivatives. */
  wanted: 'value' | 'derivative'
  mean: number
  standardDeviation: number
}

/** A loop, and the bits of the constants that it needs. */
export interface WrittenLoop {
  writer: FunctionWriter
  /** Filled when the code is written. */
  constantBits: bigint[]
}

const PAIR = 2
const FLOAT = 4

/**
 * run(inputs, values, derivatives, constants, pairs, failures): the loops of `compileExpression` and the normalisation after
 * them, on pairs of numbers, with the same bits. For some pairs the code is not right. Their addresses are written behind
 * `failures`, and at `failures` itself the address behind the last one.
 */
export function writeActivation(loop: ActivationLoop, tables: TableAddresses): WrittenLoop {
  const constantBits: bigint[] = []
  const write: FunctionWriter['write'] = ([inputs, values, derivatives, constants, pairs, failures], locals) => {
    const written = createPairWriter(locals, constants, tables, PAIR_FUNCTIONS)
    const w = written.writer
    const x = w.name(F64_LANES.loadFloats(PAIR, inputs.get, 0))
    const { value, derivative } = compute(w, loop, x)
    const isDifferentiated = loop.wanted === 'derivative'
    if (isDifferentiated) w.require(w.formula('value !== value || slope === slope', { value, slope: derivative }))
    const known = w.formula('value === value ? slope : value', { value, slope: derivative })
    const [output, slope] = normalizeBoth(w, loop, value, known)
    const nextFailure = locals.i32()
    const isFailure = bits.anyTrue(bits.not(written.good()))
    const outputs: [Local, Code][] = isDifferentiated
      ? [
          [values, output],
          [derivatives, slope],
        ]
      : [[values, output]]
    const body: Code = [
      written.statements,
      outputs.map(([target, code]) => F64_LANES.storeFloats(PAIR, target.get, code, 0)),
      when(isFailure, [i32.store(nextFailure.get, inputs.get), nextFailure.add(FLOAT)]),
      [inputs, ...outputs.map(([target]) => target)].map((pointer) => pointer.add(PAIR * FLOAT)),
    ]
    constantBits.push(...written.constantBits)
    return [
      nextFailure.set(i32.add(failures.get, FLOAT)),
      repeat(locals.i32(), pairs.get, body),
      i32.store(failures.get, nextFailure.get),
    ]
  }
  return { writer: { parameters: 6, write }, constantBits }
}

function compute(w: PairWriter, { expression, forms, wanted }: ActivationLoop, x: Code) {
  const source = generateSource(expression, { derivative: wanted === 'derivative', careful: false, forms })
  const scope: Record<string, Code> = { x }
  for (const line of `${source.constants}\n${source.statements}`.split('\n').filter((line) => line !== '')) {
    const [, name, formula] = /^const (\w+) = (.*)$/.exec(line) as RegExpExecArray
    scope[name] = w.formula(formula, scope)
  }
  return { value: w.formula(source.value, scope), derivative: w.formula(source.derivative, scope) }
}

/** Each step is rounded to float32, as if it were stored. */
function normalizeBoth(w: PairWriter, loop: ActivationLoop, value: Code, slope: Code): [Code, Code] {
  const { mean, standardDeviation } = loop
  const factor = w.number(1 / standardDeviation)
  const normalized = w.formula('(value - mean) * factor', {
    value: w.name(f64x2.round(value)),
    mean: w.number(mean),
    factor,
  })
  const scaled = w.formula('slope * factor', { slope: w.name(f64x2.round(slope)), factor })
  return [mean === 0 && standardDeviation === 1 ? value : normalized, standardDeviation === 1 ? slope : scaled]
}
