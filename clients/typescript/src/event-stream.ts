/** An event of a stream of server-sent events. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/** A reader that waited this long for the next bytes has read everything that was sent before. */
const IDLE_MILLISECONDS = 1000

/**
 * The events of a body, until it ends. Throws if nothing arrives for `silenceMilliseconds`: the service sends a comment every
 * 12 seconds, so the connection is dead although nobody closed it. `onIdle` is called after a pause of the service.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  silenceMilliseconds: number,
  onIdle: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const asked = performance.now()
      const { done, value } = await withTimeout(reader.read(), silenceMilliseconds)
      if (done) return
      if (performance.now() - asked >= IDLE_MILLISECONDS) onIdle()
      const events = (text + decoder.decode(value, { stream: true })).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) yield readEvent(event)
    }
  } finally {
    // Closes the connection if the reader of the events stops first.
    void reader.cancel().catch(() => {})
  }
}

function readEvent(event: string): ServerEvent {
  const lines = event.split('\n')
  const valuesOf = (field: string) =>
    lines.flatMap((line) => (line.startsWith(`${field}:`) ? [line.slice(field.length + 1).replace(/^ /, '')] : []))
  return { name: valuesOf('event')[0] ?? '', data: valuesOf('data').join('\n') }
}

/** The time counts only while somebody waits, not while the reader of the events works on the last one. */
async function withTimeout<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${milliseconds / 1000} seconds`)), milliseconds)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
