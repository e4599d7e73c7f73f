import type { Client } from '../client.js'
import { CodeDocument, type CodeQueryVariables } from '../generated/documents.js'

/** One function to evaluate, leased to this program. */
export interface Suggestion {
  readonly id: string
  readonly expression: string
  /**
   * With ASHA, the epochs to train in all: pause a whole training after this one, and keep its weights. Null: train to the end.
   */
  readonly epochs: number | null
  /** The predicted validation accuracy, if the search chose the function by a prediction. */
  readonly predicted: number | null
  /** The name under which it is leased. */
  readonly worker: string
  /** Aborted when `optimize` stops: pass it to the work that the objective starts. */
  readonly signal: AbortSignal
  /** The source text of the function for a framework. */
  code(target: CodeQueryVariables['target'], options?: Partial<Omit<CodeQueryVariables, 'expression'>>): Promise<string>
}

export function createSuggestion(client: Client, suggestion: Omit<Suggestion, 'code'>): Suggestion {
  return {
    ...suggestion,
    async code(target, options) {
      const { activation } = await client.query(CodeDocument, { ...options, expression: suggestion.expression, target })
      if (activation === null) throw new Error(`code: expected a function, got null for ${suggestion.expression}`)
      return activation.code
    },
  }
}
