/** A formula of `operator-forms.ts` or of generated source, as a tree. */
export type Formula =
  | { readonly kind: 'NUMBER'; readonly text: string }
  | { readonly kind: 'NAME'; readonly name: string }
  | { readonly kind: 'CALL'; readonly name: string; readonly operands: readonly Formula[] }
  | { readonly kind: 'SIGNED'; readonly operator: '-' | '+'; readonly operand: Formula }
  | { readonly kind: 'PAIR'; readonly operator: string; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'CHOICE'; readonly condition: Formula; readonly yes: Formula; readonly no: Formula }

/** Operators of the same rank, the weakest first. Those of a rank are applied from left to right. */
const RANKS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['<', '>', '<=', '>=', '===', '!=='],
  ['+', '-'],
  ['*', '/'],
]

/** Whether the operator of a pair gives a condition instead of a number. */
export function isCondition(formula: Formula): boolean {
  return formula.kind === 'PAIR' && !['+', '-', '*', '/'].includes(formula.operator)
}

/** Reads a formula. It has only numbers, names, calls, arithmetic, comparisons and ? :, with the ranks of JavaScript. */
export function parseFormula(formula: string): Formula {
  const tokens = formula.match(/\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_][\w.]*|[!=]==|[<>]=|\|\||&&|[-+*/()<>?:,]/g) ?? []
  let next = 0
  const take = (): string => tokens[next++]
  const takeIf = (wanted: readonly string[]): string | null => (wanted.includes(tokens[next]) ? take() : null)
  const expect = (wanted: string): void => {
    if (take() !== wanted) throw new Error(`${formula}: expected ${wanted} before token ${next}`)
  }

  function choice(): Formula {
    const condition = pair(0)
    if (!takeIf(['?'])) return condition
    const yes = choice()
    expect(':')
    return { kind: 'CHOICE', condition, yes, no: choice() }
  }

  function pair(rank: number): Formula {
    if (rank === RANKS.length) return signed()
    let left = pair(rank + 1)
    for (let operator = takeIf(RANKS[rank]); operator; operator = takeIf(RANKS[rank])) {
      left = { kind: 'PAIR', operator, left, right: pair(rank + 1) }
    }
    return left
  }

  function signed(): Formula {
    const operator = takeIf(['-', '+']) as '-' | '+' | null
    return operator ? { kind: 'SIGNED', operator, operand: signed() } : primary()
  }

  function primary(): Formula {
    const token = take()
    if (token === '(') {
      const inner = choice()
      expect(')')
      return inner
    }
    if (/^\d/.test(token)) return { kind: 'NUMBER', text: token }
    if (!takeIf(['('])) return { kind: 'NAME', name: token }
    const operands = [choice()]
    while (takeIf([','])) operands.push(choice())
    expect(')')
    return { kind: 'CALL', name: token, operands }
  }

  const tree = choice()
  if (next !== tokens.length) throw new Error(`${formula}: expected the end, got token ${next}`)
  return tree
}
