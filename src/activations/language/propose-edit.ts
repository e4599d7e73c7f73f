import { findOperator } from '../operators.js'
import type { Edit } from './expression-error.js'
import { replaceForeign } from './foreign-characters.js'
import { KNOWN_NAMES } from './known-names.js'
import { findNearestNames } from './nearest-names.js'
import { proposeHead, proposeLatex, removeArrow, removeQuotes } from './propose-notation.js'
import { proposeComparison, proposeSign } from './propose-signs.js'

/** What people call the input. */
const INPUT_NAMES = new Set(['X', 'z', 't', 'u', 'v', 'y', 'input', 'inputs', 'features', 'tensor', 'self', 'A1'])
/** What people call a constant of a formula whose value training finds. */
const PARAMETER_NAMES = new Set('a b c k p alpha beta gamma delta eta theta kappa lambda lam mu'.split(' '))
const WORDS: ReadonlyMap<string, string> = new Map([
  ['True', '1'],
  ['true', '1'],
  ['False', '0'],
  ['false', '0'],
])
/** A number as an array of a framework, such as torch.tensor(0.0). */
const WRAPPED_NUMBER =
  /^(?:\w+\.)*(?:tensor|Tensor|constant|array|asarray|full_like|float16|float32|float64|bfloat16|float|int)\(\s*(?:x\s*,\s*)?([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?:,\s*(?:dtype|device)\s*=\s*[\w.]+\s*)*\)/

/** A likely correction if no operand starts at this position. */
export function proposeOperand(text: string, position: number): Edit | null {
  const before = text.slice(0, position).trimEnd()
  const rest = text.slice(position)
  const notation = removeQuotes(text, position) ?? proposeLatex(text, position) ?? removeArrow(text, position)
  if (notation !== null) return notation
  const isEnd = rest === '' || rest[0] === ')'
  if (isEnd && (before === '' || before.endsWith('('))) return insert(position, 'x')
  if (isEnd && before.endsWith('**')) return { from: before.length - 2, to: position, text: '' }
  if (isEnd && /[-+*/^,]$/.test(before)) return { from: before.length - 1, to: position, text: '' }
  const bars = /^\|([^|]+)\|/.exec(rest)
  if (bars) return { from: position, to: position + bars[0].length, text: `abs(${bars[1]})` }
  return proposeSign(text, position) ?? replaceForeign(text, position)
}

/**
 * A likely correction if the text continues in a wrong way after an operand. `place` is where the operand is: an argument
 * after which the call may end or must have another argument, parentheses, or the whole text.
 */
export function proposeContinuation(
  text: string,
  position: number,
  place: 'LAST_ARGUMENT' | 'ARGUMENT' | 'GROUP' | 'WHOLE',
): Edit | null {
  const rest = text.slice(position)
  const isOpen = place === 'LAST_ARGUMENT' || place === 'GROUP'
  const isArgument = place === 'LAST_ARGUMENT' || place === 'ARGUMENT'
  if (rest === '') return isOpen ? insert(position, ')') : null
  const before = text.slice(0, position).trimEnd()
  const comma = rest[0] === ',' ? proposeForComma(text, position, isOpen) : null
  if (comma !== null) return comma
  const notation = removeArrow(text, position) ?? removeQuotes(text, position)
  if (notation !== null) return notation
  if (/^(?:[;.]+|[;,]?\s*(?:#|\/\/)[^\n]*)$/.test(rest.trimEnd())) return { from: position, to: text.length, text: '' }
  const emptyCall = /^\(\s*(?:\)|$)/.exec(rest)
  if (emptyCall) return { from: position, to: position + emptyCall[0].length, text: '' }
  const comparison = proposeComparison(text, position)
  if (comparison !== null) return comparison
  if (rest[0] === ';' && isArgument) return { from: position, to: position + 1, text: ',' }
  if (rest[0] === ')' && place === 'WHOLE') return { from: position, to: position + 1, text: '' }
  if (/^\d/.test(rest) && /\d$/.test(before)) return { from: before.length, to: position, text: '' }
  if (/^\\/.test(rest)) return proposeLatex(text, position) ?? insert(position, '*')
  // x[0] is an element of an array, not a product.
  if (rest[0] === '[' && /[x)]$/.test(before)) return null
  // A second statement cannot be a factor.
  if (/^(?:return|def|if|for|import)\b/.test(rest)) return null
  if (/^[\w(]/.test(rest)) return { from: before.length, to: position, text: '*' }
  const foreign = replaceForeign(text, position)
  // A foreign letter after an operand, as in 2\u03c0, is a factor.
  const isFactor = foreign !== null && /^\w/.test(foreign.text) && !(/^\d/.test(foreign.text) && /\d$/.test(before))
  return isFactor ? { ...foreign, text: `*${foreign.text}` } : foreign
}

/** A likely correction of a name that is not known. */
export function proposeName(text: string, name: string, position: number, end: number): Edit | null {
  const rest = text.slice(position)
  const edit = (length: number, replacement: string): Edit => ({
    from: position,
    to: position + length,
    text: replacement,
  })
  const head = proposeHead(rest)
  if (head !== null) return edit(head.length, head.text)
  const wrapped = WRAPPED_NUMBER.exec(rest)
  if (wrapped) return edit(wrapped[0].length, wrapped[1])
  const hyphenated = proposeHyphenated(text, position)
  if (hyphenated !== null) return hyphenated
  const word = WORDS.get(name)
  if (word !== undefined) return edit(name.length, word)
  if (text[end] !== '(') {
    if (INPUT_NAMES.has(name)) return edit(name.length, 'x')
    // self.alpha is how modules of PyTorch name their parameters.
    const own = name.replace(/^self\./, '')
    if (PARAMETER_NAMES.has(own) && !/^\s*=(?!=)/.test(rest.slice(name.length))) {
      return edit(name.length, `param(1,"${own}")`)
    }
    const [near] = end === text.length ? findNearestNames(name) : []
    // sig may become many names, not only sin.
    const isSure = near !== undefined && (name.length > 4 || near.toLowerCase() === name.toLowerCase())
    if (isSure && takesOneArgument(near)) return edit(end - position, `${near}(x)`)
    // A foreign character inside of a name, such as a space without width.
    return text.charCodeAt(end) < 0x80 ? null : replaceForeign(text, end)
  }
  const [nearest] = findNearestNames(name)
  return nearest === undefined ? null : edit(end - position, nearest)
}

/** A likely correction if no "(" follows the name of an operator. */
export function proposeCall(text: string, name: string, end: number): Edit | null {
  const rest = text.slice(end)
  const entity = /^;/.test(rest) ? ENTITIES.get(name) : undefined
  const isEntity = entity !== undefined && text.slice(0, end).trimEnd().endsWith(`&${name}`)
  if (isEntity) return { from: text.lastIndexOf('&', end), to: end + 1, text: entity }
  if (/^[[{]/.test(rest)) return { from: end, to: end + 1, text: '(' }
  if (rest[0] === '\\') return proposeLatex(text, end)
  const start = text.slice(0, end).trimEnd().length - name.length
  const hyphenated = proposeHyphenated(text, start)
  if (hyphenated !== null) return hyphenated
  if (/\bapproximate\s*=$/.test(text.slice(0, start).trimEnd())) {
    return { from: start, to: start + name.length, text: `"${name}"` }
  }
  if (!takesOneArgument(name)) return null
  const power = /^(?:\^|\*\*)\s*(\d+)\s*\(([^()]*)\)/.exec(rest)
  if (power) return { from: end, to: end + power[0].length, text: `(${power[2]})**${power[1]}` }
  const nameEnd = text.slice(0, end).trimEnd().length
  // exp -x has a space before the sign only.
  const operand = (nameEnd < end ? /^-?(?:x|\d+(?:\.\d+)?)(?![\w(.])/ : /^\d+(?:\.\d+)?(?![\w(.])/).exec(rest)
  if (operand) return { from: nameEnd, to: end + operand[0].length, text: `(${operand[0]})` }
  const raised = replaceForeign(text, end)
  if (raised !== null && /^(?:\*\*|\()/.test(raised.text)) return raised
  return /^(?:[-+*/),<>=]|$)/.test(rest) ? insert(nameEnd, '(x)') : null
}

/** A name with hyphens, as in leaky-relu(x), if a known name has underscores or nothing in their place. */
function proposeHyphenated(text: string, position: number): Edit | null {
  const written = /^[A-Za-z]+(?:-[A-Za-z]+)+(?=\s*\()/.exec(text.slice(position, position + 40))?.[0]
  if (written === undefined) return null
  const known = [written.replaceAll('-', '_'), written.replaceAll('-', '')].find(
    (name) => KNOWN_NAMES.has(name) || findOperator(name) !== null,
  )
  return known === undefined ? null : { from: position, to: position + written.length, text: known }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['le', '<='],
  ['ge', '>='],
])

function takesOneArgument(name: string): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1)
  const alias = KNOWN_NAMES.get(last)
  if (alias !== undefined) return alias.parameters.filter(({ initial }) => initial === null).length === 1
  return findOperator(last)?.arity === 'UNARY'
}

/** A comma as a decimal point, between thousands, or with nothing after it. */
function proposeForComma(text: string, position: number, isOpen: boolean): Edit | null {
  const before = text.slice(0, position)
  const rest = text.slice(position)
  const extra = /^,[\s,]*(?=\)|$)/.exec(rest)
  if (extra && (isOpen || rest.length === extra[0].length)) {
    return { from: position, to: position + extra[0].length, text: '' }
  }
  const points = /(?<![\w.])\d{1,3}(?:\.\d{3})+$/.exec(before)
  if (points && /^,\d/.test(rest)) {
    return { from: points.index, to: position + 1, text: `${points[0].replaceAll('.', '')}.` }
  }
  if (/(?<![\w.])[1-9]\d{0,2}$/.test(before)) {
    const thousands = /^(?:,000)+(?![\w.])/.exec(rest)?.[0] ?? ''
    if (thousands !== '') {
      return { from: position, to: position + thousands.length, text: thousands.replaceAll(',', '') }
    }
  }
  if (/^,\d/.test(rest) && /\d$/.test(before)) return { from: position, to: position + 1, text: '.' }
  // An argument too many: an earlier one may be a number with a decimal comma.
  const earlier = isOpen ? before.slice(before.lastIndexOf('(')).search(/\d,\d/) : -1
  if (earlier === -1) return null
  const comma = before.lastIndexOf('(') + earlier + 1
  return { from: comma, to: comma + 1, text: '.' }
}

function insert(position: number, text: string): Edit {
  return { from: position, to: position, text }
}
