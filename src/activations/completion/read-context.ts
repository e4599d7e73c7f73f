/** A call that is open at the cursor. */
export interface OpenCall {
  /** The name before the parenthesis, such as `F.elu`; null for plain parentheses. */
  readonly name: string | null
  /** The number of arguments before the one at the cursor. */
  argument: number
  /** The keyword of the argument at the cursor, as in `alpha=`. */
  keyword: string | null
  readonly keywords: string[]
}

/** What surrounds a cursor in a text that is being typed. */
export interface CursorContext {
  /** A number, x or a call may begin here; an operator may continue; a method such as `.tanh()`; inside of quotes. */
  readonly place: 'OPERAND' | 'OPERATOR' | 'METHOD' | 'STRING'
  /** The name or string around the cursor: its part before the cursor, and where it begins and ends. Empty without one. */
  readonly word: string
  readonly from: number
  readonly to: number
  /** The open parentheses before the cursor, the innermost last. */
  readonly calls: readonly OpenCall[]
  /** The innermost one, or null. */
  readonly call: OpenCall | null
}

const TOKEN =
  /[ \t\r\n]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|'[^']*'?|"[^"]*"?|[<>=!]=|\*\*|[\s\S]/y
const WORD_BEFORE = /(?<![\w.)])[A-Za-z_][\w.]*$/
const METHOD_BEFORE = /\)\s*\.\s*(\w*)$/
const INFIX_WORDS = new Set(['and', 'or', 'not', 'if', 'else'])

/** Finds out what may stand at a position. It takes time in proportion to the text, and it understands any text. */
export function readContext(text: string, position: number): CursorContext {
  const head = text.slice(0, position)
  const tail = text.slice(position)
  const near = head.slice(-MAX_WORD_LENGTH)
  const method = METHOD_BEFORE.exec(near)?.[1]
  const word = method ?? WORD_BEFORE.exec(near)?.[0] ?? ''
  const { place, calls, quote } = scan(head.slice(0, head.length - word.length))
  const call = calls.at(-1) ?? null
  if (quote !== null) {
    const end = /^\w*['"]?/.exec(tail)?.[0].length ?? 0
    return { place: 'STRING', word: head.slice(quote + 1), from: quote, to: position + end, calls, call }
  }
  const isName = word !== '' || method !== undefined
  const rest = isName ? (/^[\w.]*/.exec(tail)?.[0] ?? '') : ''
  return {
    ...{ word, from: position - word.length, to: position + rest.length, calls, call },
    place: method === undefined ? place : 'METHOD',
  }
}

/** The language has no longer names. */
const MAX_WORD_LENGTH = 64

/** Reads the text before the word at the cursor. `quote` is the position of a quote that is not closed. */
function scan(text: string): { place: 'OPERAND' | 'OPERATOR'; calls: OpenCall[]; quote: number | null } {
  const calls: OpenCall[] = []
  let place: 'OPERAND' | 'OPERATOR' = 'OPERAND'
  let name: string | null = null
  TOKEN.lastIndex = 0
  for (let position = 0; position < text.length; position = TOKEN.lastIndex) {
    TOKEN.lastIndex = position
    const token = (TOKEN.exec(text) as RegExpExecArray)[0]
    if (/^\s/.test(token)) continue
    const isString = /^['"]/.test(token)
    if (isString && (token.length === 1 || token[0] !== token.at(-1))) {
      return { place, calls, quote: position }
    }
    const before = name
    name = /^[A-Za-z_]/.test(token) && !INFIX_WORDS.has(token) ? token : null
    if (token === '(') calls.push({ name: before, argument: 0, keyword: null, keywords: [] })
    else if (token === ')') calls.pop()
    const call = calls.at(-1)
    if (call !== undefined && token === ',') {
      call.argument++
      call.keyword = null
    }
    if (call !== undefined && token === '=' && before !== null) {
      call.keyword = before
      call.keywords.push(before)
    }
    place = name !== null || isString || /^[\d.)\]}]/.test(token) ? 'OPERATOR' : 'OPERAND'
  }
  return { place, calls, quote: null }
}
