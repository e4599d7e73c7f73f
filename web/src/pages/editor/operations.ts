export interface OperationName {
  readonly type: string
  /** Null for an operation without a name. */
  readonly name: string | null
}

/** The operations of a document. */
export function listOperations(query: string): OperationName[] {
  const tokens = query.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*/g, ' ').match(/[A-Za-z_]\w*|\S/g) ?? []
  const operations: OperationName[] = []
  let depth = 0
  tokens.forEach((token, index) => {
    const isStart = depth === 0 && (index === 0 || tokens[index - 1] === '}')
    if (isStart && token === '{') operations.push({ type: 'query', name: null })
    if (isStart && /^(?:query|mutation|subscription)$/.test(token)) {
      const next = tokens[index + 1] ?? ''
      operations.push({ type: token, name: /^[A-Za-z_]/.test(next) ? next : null })
    }
    if (token === '{' || token === '(') depth += 1
    if (token === '}' || token === ')') depth -= 1
  })
  return operations
}
