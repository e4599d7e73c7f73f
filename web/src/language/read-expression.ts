import { type Completion, complete, parse, print } from '@actbench/expression'

/** The canonical text of an expression in any spelling; null if it is not an expression. */
export function toCanonical(text: string): string | null {
  try {
    return print(parse(text))
  } catch {
    return null
  }
}

/** What a field shows for a text that is being typed. */
export function completeAt(text: string, position: number): Completion {
  return complete(text, position)
}

/** The address of the page of a function. */
export function functionAddress(expression: string): string {
  return `/functions/${encodeURIComponent(expression).replaceAll('%2C', ',')}`
}
