import type { CodeNode, NodeBuilder } from './code-node.js'

/** What the writer of a target gets. */
export interface CodeRequest {
  readonly name: string
  /** Lines that say what the function is, for a comment. */
  readonly description: readonly string[]
  readonly builder: NodeBuilder
  readonly root: CodeNode
  readonly parameters: readonly { readonly name: string; readonly initial: number }[]
  /** Whether a branch overflows, or has no value, while it is not taken. */
  readonly hasHazards: boolean
  /** Whether the chain rule meets 0 times infinity. */
  needsCare(): boolean
}
