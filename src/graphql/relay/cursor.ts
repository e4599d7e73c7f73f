import type { Position } from '../../db/loaders.js'
import { refuseInput } from '../../services/validate-input.js'

/** The format of a list's cursors. Two lists with the same name have the same order and accept each other's cursors. */
export interface CursorKind {
  /** Names the list and its order, such as `evaluations RUNTIME up`. */
  readonly name: string
  /** The type of the value that the list is sorted by, before the key; `none` if it is sorted by the key only. */
  readonly value: 'none' | 'int' | 'number' | 'nullable number'
  readonly key: 'int' | 'text'
}

/** The opaque cursor for a position in a list. */
export function toCursor(kind: CursorKind, { value, key }: Position): string {
  return Buffer.from(JSON.stringify([kind.name, value, key])).toString('base64url')
}

/** The position in a cursor. Throws BAD_USER_INPUT if the cursor is malformed or belongs to another list or order. */
export function parseCursor(kind: CursorKind, cursor: string, argument: string): Position {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(parts) || parts.length !== 3) refuseInput(argument, 'a cursor that this service gave', cursor)
  const [name, value, key] = parts
  if (name !== kind.name) refuseInput(argument, 'a cursor of this list in this order', 'one of another query')
  if (!isValue(kind, value) || !isKey(kind, key) || toCursor(kind, { value, key }) !== cursor) {
    refuseInput(argument, 'a cursor that this service gave', cursor)
  }
  return { value, key }
}

function isValue(kind: CursorKind, value: unknown): value is number | null {
  if (value === null) return kind.value === 'none' || kind.value === 'nullable number'
  if (kind.value === 'int') return isInt(value)
  return kind.value !== 'none' && typeof value === 'number'
}

function isKey(kind: CursorKind, key: unknown): key is number | string {
  if (kind.key === 'text') return typeof key === 'string' && !/[\0\p{Surrogate}]/u.test(key)
  return isInt(key)
}

function isInt(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
