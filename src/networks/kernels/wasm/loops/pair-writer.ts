import { type Formula, isCondition, parseFormula } from '../../../../activations/parse-formula.js'
import { type Code, F64_LANES, f32x4, i32, type Local, simd } from '../code/instructions.js'
import type { Locals } from '../code/module.js'

const { add, sub, mul, div } = F64_LANES

/** Instructions on pairs of float64 numbers. A condition is a mask: all bits of a lane are set or none. */
export const f64x2 = {
  add,
  sub,
  mul,
  div,
  sqrt: F64_LANES.sqrt,
  abs: (a: Code): Code => simd(0xec, [a]),
  negate: (a: Code): Code => simd(0xed, [a]),
  floor: (a: Code): Code => simd(0x75, [a]),
  equal: (a: Code, b: Code): Code => simd(0x47, [a, b]),
  unequal: (a: Code, b: Code): Code => simd(0x48, [a, b]),
  less: (a: Code, b: Code): Code => simd(0x49, [a, b]),
  greater: (a: Code, b: Code): Code => simd(0x4a, [a, b]),
  lessOrEqual: (a: Code, b: Code): Code => simd(0x4b, [a, b]),
  greaterOrEqual: (a: Code, b: Code): Code => simd(0x4c, [a, b]),
  /** Rounds to float32. */
  round: (a: Code): Code => simd(0x5f, [simd(0x5e, [a])]),
}

/** Instructions on all bits, or on pairs of integers of 64 bits. */
export const bits = {
  not: (a: Code): Code => simd(0x4d, [a]),
  and: (a: Code, b: Code): Code => simd(0x4e, [a, b]),
  /** The bits of a that are not in b. */
  without: (a: Code, b: Code): Code => simd(0x4f, [a, b]),
  or: (a: Code, b: Code): Code => simd(0x50, [a, b]),
  flip: (a: Code, b: Code): Code => simd(0x51, [a, b]),
  select: (yes: Code, no: Code, mask: Code): Code => simd(0x52, [yes, no, mask]),
  anyTrue: (a: Code): Code => simd(0x53, [a]),
  add: (a: Code, b: Code): Code => simd(0xce, [a, b]),
  equal: (a: Code, b: Code): Code => simd(0xd6, [a, b]),
  shiftLeft: (a: Code, count: number): Code => simd(0xcb, [a, i32.const(count)]),
  shiftRight: (a: Code, count: number): Code => simd(0xcd, [a, i32.const(count)]),
}

const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]

const ARITHMETIC: Readonly<Record<string, (a: Code, b: Code) => Code>> = {
  '+': add,
  '-': sub,
  '*': mul,
  '/': div,
  '<': f64x2.less,
  '>': f64x2.greater,
  '<=': f64x2.lessOrEqual,
  '>=': f64x2.greaterOrEqual,
  '===': f64x2.equal,
  '!==': f64x2.unequal,
  '&&': bits.and,
  '||': bits.or,
}

/** 2^52: a double between this and twice this has an integer in its lowest bits. */
const INTEGER_OFFSET = 2 ** 52

/** A function of formulas, for pairs of numbers. */
export type PairFunction = (writer: PairWriter, ...operands: Code[]) => Code

/** Addresses of tables on the heap by name. */
export type TableAddresses = Readonly<Record<string, number>>

/** Writes straight-line code for two float64 numbers at a time. Each different instruction is written once. */
export interface PairWriter {
  readonly tables: TableAddresses
  /** Names a result, so that it is computed once. */
  name(code: Code): Code
  /** Both lanes with this number, or with these bits. */
  number(value: number | bigint): Code
  /** The value of a formula. Names stand for the code in `scope`. */
  formula(text: string, scope: Readonly<Record<string, Code>>): Code
  /** Lanes where the condition is false need not be right, because the caller computes them in another way. */
  require(condition: Code): void
  /** Where rows of a table start, in bytes. The numbers of the rows are whole, from 0. */
  rowsOf(row: Code, rowLength: number): Code
  /** Numbers 2k and 2k + 1 of rows of a table as two pairs. The rows must be in the table. */
  lookUp(table: string, rows: Code, k: number): readonly [Code, Code]
}

/** What a finished writer has written. */
export interface WrittenPairs {
  writer: PairWriter
  statements: Code[]
  /** The bits of the constants, which `constants` must point to when the code runs. */
  constantBits: bigint[]
  /** The condition that all requirements hold. */
  good(): Code
}

export function createPairWriter(
  locals: Locals,
  constants: Local,
  tables: TableAddresses,
  functions: Readonly<Record<string, PairFunction>>,
): WrittenPairs {
  const statements: Code[] = []
  const constantBits: bigint[] = []
  const named = new Map<string, Code>()
  const required = locals.v128()
  let isRequired = false

  const remember = (key: Code, create: () => Local, code: Code): Code => {
    const text = JSON.stringify(key)
    const known = named.get(text)
    if (known) return known
    const local = create()
    statements.push(local.set(code))
    named.set(text, local.get)
    return local.get
  }
  const name = (code: Code): Code => (isName(code) ? code : remember(code, locals.v128, code))

  const number = (value: number | bigint): Code => {
    const wanted = typeof value === 'bigint' ? value : bitsOf(value)
    const known = constantBits.indexOf(wanted)
    const index = known < 0 ? constantBits.push(wanted) - 1 : known
    return name(F64_LANES.loadEach(constants.get, 8 * index))
  }

  const evaluate = (formula: Formula, scope: Readonly<Record<string, Code>>): Code => {
    const constant = constantOf(formula)
    if (constant !== null) return number(constant)
    const visit = (inner: Formula): Code => evaluate(inner, scope)
    switch (formula.kind) {
      case 'NAME': {
        if (!Object.hasOwn(scope, formula.name)) throw new Error(`${formula.name}: the formula does not define it`)
        return scope[formula.name]
      }
      case 'CALL':
        return name(functionOf(formula.name)(writer, ...formula.operands.map(visit)))
      case 'CHOICE':
        return name(bits.select(visit(formula.yes), visit(formula.no), visit(formula.condition)))
      case 'SIGNED': {
        const operand = visit(formula.operand)
        if (formula.operator === '-') return name(f64x2.negate(operand))
        return isCondition(formula.operand) ? name(bits.and(operand, number(1))) : operand
      }
      case 'PAIR':
        return name(ARITHMETIC[formula.operator](visit(formula.left), visit(formula.right)))
      default:
        throw new Error(`${formula.kind}: expected a constant`)
    }
  }
  const functionOf = (wanted: string): PairFunction => {
    if (!Object.hasOwn(functions, wanted)) throw new Error(`${wanted}: no code for pairs of numbers`)
    return functions[wanted]
  }

  const addressOf = (rows: Code, lane: 0 | 1): Code => {
    const code = simd(0x1b, [rows], 2 * lane)
    return remember(code, locals.i32, code)
  }

  const writer: PairWriter = {
    tables,
    name,
    number,
    formula: (text, scope) => evaluate(parseFormula(text), scope),
    require(condition) {
      statements.push(required.set(isRequired ? bits.and(required.get, condition) : condition))
      isRequired = true
    },
    rowsOf: (row, rowLength) => name(add(mul(row, number(8 * rowLength)), number(INTEGER_OFFSET))),
    lookUp(table, rows, k) {
      const load = (lane: 0 | 1) => name(f32x4.load(addressOf(rows, lane), tables[table] + 16 * k))
      const [first, second] = [load(0), load(1)]
      const halves = (lanes: number[]) => name(simd(0x0d, [first, second], ...lanes))
      return [halves(LOW_HALVES), halves(LOW_HALVES.map((byte) => byte + 8))]
    },
  }
  const good = () => (isRequired ? required.get : f64x2.equal(number(0), number(0)))
  return { writer, statements, constantBits, good }
}

/** Whether the code only reads a variable. */
function isName(code: Code): boolean {
  return code[0] === 0x20 && code.length === 2
}

/** The value of a formula of numbers only, or null. */
function constantOf(formula: Formula): number | null {
  if (formula.kind === 'NUMBER') return Number(formula.text)
  if (formula.kind === 'SIGNED') {
    const operand = constantOf(formula.operand)
    return operand === null || isCondition(formula.operand) ? null : formula.operator === '-' ? -operand : operand
  }
  if (formula.kind !== 'PAIR' || !['*', '/'].includes(formula.operator)) return null
  const [left, right] = [constantOf(formula.left), constantOf(formula.right)]
  if (left === null || right === null) return null
  return formula.operator === '*' ? left * right : left / right
}

function bitsOf(value: number): bigint {
  return new BigInt64Array(Float64Array.of(value).buffer)[0]
}
