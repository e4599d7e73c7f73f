import { toCanonical } from '../../language/read-expression.js'

/** As many lines as one tells apart. */
export const MOST_COMPARED = 6

/** The functions in an address such as `/compare?f=relu(x)&f=tanh(x)`, each once, in any spelling. */
export function readCompared(url: string): string[] {
  const given = new URL(url, location.origin).searchParams.getAll('f').map((text) => toCanonical(text) ?? text)
  return [...new Set(given)].filter((text) => text.trim() !== '').slice(0, MOST_COMPARED)
}

export function compareAddress(functions: readonly string[]): string {
  const parameters = new URLSearchParams(functions.map((each) => ['f', each]))
  return functions.length === 0 ? '/compare' : `/compare?${parameters}`
}
