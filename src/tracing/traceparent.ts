/** The parts of a W3C `traceparent` header. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  /** 1: the trace is recorded. */
  readonly traceFlags: number
}

const PATTERN = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Null for anything but a valid header. A newer version of the format may have more parts, which are ignored. */
export function parseTraceparent(text: unknown): TraceParent | null {
  if (typeof text !== 'string' || text.length > 200) return null
  const match = PATTERN.exec(text)
  if (!match) return null
  const [, version, traceId, spanId, flags, more] = match
  if (version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}

export function formatTraceparent({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`
}
