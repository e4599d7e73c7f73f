import type { SchemaElement } from 'hyparquet'

export const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

/** The elements of a schema for a column of lists, in the order of the file. Each list may be null. */
export function listOf(
  name: string,
  element: Omit<SchemaElement, 'name'>,
  repetition_type: 'REQUIRED' | 'OPTIONAL',
): SchemaElement[] {
  const logical_type = { type: 'LIST' } as const
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...element, repetition_type },
  ]
}
