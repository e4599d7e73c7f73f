import { JsonText } from './json-text.js'

/** Whether the JSON of an answer is longer than this, as `measureAnswer` measures it. */
export function isLongerThan(answer: unknown, characters: number): boolean {
  return measureAnswer(answer, characters) > characters
}

/**
 * The length of the JSON of an answer, or of a value in it, in characters. It is approximate, because texts may need escapes and
 * the length of numbers differs. The measurement stops when it is above `most`, and works without recursion.
 */
export function measureAnswer(answer: unknown, most = Number.POSITIVE_INFINITY): number {
  let length = 0
  const open: unknown[] = [answer]
  const add = (value: unknown) => {
    if (typeof value === 'object' && value !== null) open.push(value)
    else length += lengthOf(value)
  }
  for (let value = open.pop(); value !== undefined && length <= most; value = open.pop()) {
    if (value instanceof JsonText) length += value.characters
    else if (Array.isArray(value)) for (const each of value) add(each)
    else if (typeof value !== 'object' || value === null) add(value)
    else {
      for (const [name, each] of Object.entries(value)) {
        length += name.length + '"":'.length
        add(each)
      }
    }
  }
  return length
}

/** Includes the comma after the value. A float32 that is written as a double has about 18 digits. */
function lengthOf(leaf: unknown): number {
  if (typeof leaf === 'string') return leaf.length + 3
  return typeof leaf === 'number' && !Number.isInteger(leaf) ? 20 : 6
}
