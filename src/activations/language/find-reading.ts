import { type Edit, ExpressionError } from './expression-error.js'
import { parseText } from './parse-text.js'

/** Largest number of corrections to reach a text that parses. Pasted formulas have many foreign characters. */
const MAX_EDITS = 40
/** A longer suggestion would hide the message. */
const MAX_READING_LENGTH = 200

/**
 * A text that parses and is similar to one that does not: the proposed correction of each error is applied until the text
 * parses. Null if nothing does.
 */
export function findReading(text: string, error: ExpressionError): string | null {
  let changed = text
  let edit: Edit | null = error.edit
  for (let edits = 0; edits < MAX_EDITS && edit !== null; edits++) {
    changed = changed.slice(0, edit.from) + edit.text + changed.slice(edit.to)
    try {
      parseText(changed)
      const reading = changed.trim().replace(/\s+/g, ' ')
      return reading.length > MAX_READING_LENGTH ? null : reading
    } catch (next) {
      if (!(next instanceof ExpressionError)) throw next
      edit = next.edit
    }
  }
  return null
}
