/** An object of a file, whose fields are read one by one. `place` names it in messages, such as `task.json: data.train`. */
export interface Fields {
  readonly place: string
  has(key: string): boolean
  /** The value, and its place for messages. Throws an error if it is missing. */
  get(key: string): { readonly value: unknown; readonly place: string }
}

/** Throws an error of one line: place, expected and found value. */
export function refuseField(place: string, expected: string, got: unknown): never {
  throw new Error(`${place}: expected ${expected}, got ${describeValue(got)}`)
}

/** Reads an object. Throws an error for another value, or for the first key that is not known. */
export function readFields(value: unknown, place: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuseField(place, 'an object', value)
  const object = value as Record<string, unknown>
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new Error(`${place}: unknown key '${unknown.slice(0, 80)}'; expected one of ${known.join(', ')}`)
  }
  const join = (key: string) => (place.endsWith('.json') ? `${place}: ${key}` : `${place}.${key}`)
  return {
    place,
    has: (key) => Object.hasOwn(object, key) && object[key] !== null,
    get(key) {
      if (!Object.hasOwn(object, key)) throw new Error(`${join(key)}: missing`)
      return { value: object[key], place: join(key) }
    },
  }
}

/** The text of a field, without spaces at its ends. `most`: number of characters. */
export function readText(fields: Fields, key: string, most: number): string {
  const { value, place } = fields.get(key)
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === '' || text.length > most || text.includes('\0'))
    refuseField(place, `a text of 1 to ${most} characters`, value)
  return text
}

/** The text of a field that may be missing. */
export function readOptionalText(fields: Fields, key: string, most: number): string | null {
  return fields.has(key) ? readText(fields, key, most) : null
}

/** The whole number of a field. */
export function readWhole(fields: Fields, key: string, least: number, most: number): number {
  const { value, place } = fields.get(key)
  return isWhole(value, least, most) ? value : refuseField(place, `a whole number from ${least} to ${most}`, value)
}

/** The list of a field, each entry read by `read`. */
export function readList<Entry>(
  fields: Fields,
  key: string,
  [least, most]: readonly [number, number],
  read: (value: unknown, place: string) => Entry,
): Entry[] {
  const { value, place } = fields.get(key)
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    refuseField(place, `a list of ${least} to ${most} entries`, value)
  }
  return value.map((entry, i) => read(entry, `${place}[${i}]`))
}

/** The field, which has one of these values. */
export function readOneOf<Value extends string>(fields: Fields, key: string, values: readonly Value[]): Value {
  const { value, place } = fields.get(key)
  if (!values.includes(value as Value)) refuseField(place, `one of ${values.join(', ')}`, value)
  return value as Value
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
