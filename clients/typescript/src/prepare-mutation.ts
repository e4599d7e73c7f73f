import type { Operation } from './document.js'
import { KEYED_MUTATIONS, REPEATABLE_MUTATIONS } from './generated/schema.js'

export interface PreparedOperation {
  readonly variables: Readonly<Record<string, unknown>>
  /** Whether it does no harm if the operation is done twice. */
  readonly isRepeatable: boolean
}

/**
 * Gives each mutation of an operation an idempotency key if it takes one and has none, so that it can be sent again after its
 * answer was lost. The fields of a mutation that is only a text are not known; it is sent once.
 */
export function prepareMutation(
  { kind, fields }: Operation,
  variables: Readonly<Record<string, unknown>>,
): PreparedOperation {
  if (kind === 'query') return { variables, isRepeatable: true }
  if (fields === null) return { variables, isRepeatable: false }
  const prepared: Record<string, unknown> = { ...variables }
  let isRepeatable = true
  for (const field of fields) {
    if (REPEATABLE_MUTATIONS.includes(field.name)) continue
    const variable = field.variables.get('input')
    const input = variable === undefined ? undefined : prepared[variable]
    if (
      !KEYED_MUTATIONS.includes(field.name) ||
      variable === undefined ||
      typeof input !== 'object' ||
      input === null
    ) {
      isRepeatable = false
      continue
    }
    const { idempotencyKey } = input as { idempotencyKey?: string | null }
    prepared[variable] = { ...input, idempotencyKey: idempotencyKey ?? makeId() }
  }
  return { variables: prepared, isRepeatable }
}

/** A text that nobody has used. Unlike `crypto.randomUUID`, it also works in pages without TLS. */
export function makeId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
