import type { Limits } from '../limits.js'
import { refuseInput } from '../services/validate-input.js'
import { assertLimit } from './assert-limit.js'

interface Step {
  readonly argument: string
  readonly value: unknown
  readonly depth: number
}

/**
 * Throws QUERY_TOO_COMPLEX if variables exceed a limit, and BAD_USER_INPUT with the argument if PostgreSQL cannot store a
 * text in them; `isStored` tells whether the text of a variable reaches the database. Without recursion, so that variables of any depth can be checked. Returns the number of characters in all
 * texts and field names.
 */
export function checkVariables(
  variables: Readonly<Record<string, unknown>> | null | undefined,
  limits: Limits,
  isStored: (variable: string) => boolean = () => true,
): number {
  let count = 0
  let characters = 0
  const steps: Step[] = Object.entries(variables ?? {}).map(([name, value]) => {
    characters += name.length
    return { argument: name === 'input' ? '' : name, value, depth: 0 }
  })
  for (let step = steps.pop(); step; step = steps.pop()) {
    assertLimit('values in the variables', ++count, limits.values)
    const { argument, value } = step
    if (typeof value === 'string') {
      if (UNSTORABLE.test(value) && (step.depth > 0 || isStored(argument))) checkTexts(argument, value)
      characters += value.length
    }
    if (typeof value !== 'object' || value === null) continue
    const depth = step.depth + 1
    assertLimit('lists and objects within each other in a variable', depth, limits.valueDepth)
    if (Array.isArray(value)) {
      assertLimit('elements of a list in a variable', value.length, limits.list)
      for (const [index, each] of value.entries()) {
        // An object in a list has fields, whose path should tell which object it is.
        const isObject = typeof each === 'object' && each !== null
        steps.push({ argument: isObject ? `${argument}[${index}]` : argument, value: each, depth })
      }
    } else {
      const fields = Object.entries(value)
      assertLimit('values in the variables', count + fields.length, limits.values)
      for (const [name, each] of fields) {
        characters += name.length
        steps.push({ argument: argument ? `${argument}.${name}` : name, value: each, depth })
      }
    }
  }
  return characters
}

const UNSTORABLE = /[\0\p{Surrogate}]/u

/** Throws BAD_USER_INPUT if a text has NUL characters or lone surrogates. */
export function checkTexts(argument: string, value: string): void {
  if (!UNSTORABLE.test(value)) return
  refuseInput(argument, 'a text of Unicode characters other than NUL', value.replace(/[\0\p{Surrogate}]/gu, '\ufffd'))
}
