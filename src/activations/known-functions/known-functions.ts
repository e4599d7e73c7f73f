import { EXPONENTIALS } from './exponentials.js'
import { GATES } from './gates.js'
import type { KnownFunction } from './known-function.js'
import { LEARNABLES } from './learnables.js'
import { OSCILLATIONS } from './oscillations.js'
import { RECTIFIERS } from './rectifiers.js'
import { SIGMOIDS } from './sigmoids.js'

const ALL: readonly KnownFunction[] = [
  ...RECTIFIERS,
  ...EXPONENTIALS,
  ...GATES,
  ...SIGMOIDS,
  ...OSCILLATIONS,
  ...LEARNABLES,
]

/** The functions of the literature, in alphabetical order of their names. Surveys: arXiv:2402.09092, arXiv:2109.14545. */
export const KNOWN_FUNCTIONS: readonly KnownFunction[] = ALL.toSorted((a, b) => compare(orderOf(a), orderOf(b)))

/** The place of a function in the list: its name in small letters, which is unique. */
export function orderOf({ name }: KnownFunction): string {
  return name.toLowerCase()
}

/** The names of a function that the language reads, such as `QuickGELU`, `Quick_GELU` and `quick_gelu`, each once. */
export function identifiersOf({ name, aliases }: KnownFunction): string[] {
  const words = [name, ...aliases].filter((text) => /^[A-Za-z][\w -]*$/.test(text))
  const spellings = words.flatMap((text) => {
    const parts = text.split(/[ -]/)
    return parts.length === 2 ? [parts.join('_'), parts.join('')] : [parts.join('_')]
  })
  return [...new Set(spellings.flatMap((text) => [text, text.toLowerCase()]))]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
