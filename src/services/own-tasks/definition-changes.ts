import type { JsonObject, JsonValue } from '../../db/tables/column-types.js'

/** Fields of a definition that decide no number of the dataset, so that they may change within a version. */
const DESCRIBING = new Set(['name', 'version', 'title', 'description', 'license', 'citation', 'searchSpace'])

/**
 * Says what differs between two definitions of a task, such as `recipe.epochs (10, now 20)`: only what decides numbers. The
 * list is empty if both give the same numbers.
 */
export function listChanges(before: JsonObject, now: JsonObject): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => !DESCRIBING.has(key))
  return keys.flatMap((key) => compare(key, before[key], now[key]))
}

function compare(path: string, before: JsonValue | undefined, now: JsonValue | undefined): string[] {
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    return keys.flatMap((key) => compare(`${path}.${key}`, before[key], now[key]))
  }
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length) {
    return before.flatMap((value, i) => compare(`${path}[${i}]`, value, now[i]))
  }
  return show(before) === show(now) ? [] : [`${path} (${shorten(show(before))}, now ${shorten(show(now))})`]
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
