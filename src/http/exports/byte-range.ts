/** A part of a file: its first and its last byte, both included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * The part that a Range header asks for (RFC 9110, section 14.2). Null for the whole file: without a header, with another
 * unit, with several parts, and if If-Range names another state. `UNSATISFIABLE` if the file has no byte of the part.
 */
export function readByteRange(
  header: string | undefined,
  ifRange: string | undefined,
  etag: string,
  size: number,
): ByteRange | 'UNSATISFIABLE' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (from === '' && to === '') return null
  if (ifRange !== undefined && ifRange !== etag) return null
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'UNSATISFIABLE' : { first: Math.max(0, size - Number(to)), last: size - 1 }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return null
  return first >= size ? 'UNSATISFIABLE' : { first, last }
}
