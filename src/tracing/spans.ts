/** A value that a span may carry. No statement's values, no keys, and no texts of clients except names. */
export type Attribute = string | number | boolean

/** A step of a request or of a task, with its duration. */
export interface Span {
  setName(name: string): void
  setAttributes(attributes: Readonly<Record<string, Attribute | null | undefined>>): void
  /** Marks the span as failed, with a short reason such as an error code. */
  fail(reason: string): void
}

/** A span that its caller ends. */
export interface OpenSpan extends Span {
  /** Runs `work` so that the spans it starts become children of this one. */
  run<Result>(work: () => Result): Result
  end(): void
}

export interface SpanOptions {
  /** @defaultValue 'internal' */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes?: Readonly<Record<string, Attribute | null | undefined>>
  /** The W3C `traceparent` of the parent, from another process. @defaultValue the span that is current here */
  readonly parent?: string | null
  /** @defaultValue now */
  readonly startedAt?: Date
}

/** Records spans, if the operator named a receiver of traces. */
export interface SpanRecorder {
  start(name: string, options: SpanOptions): OpenSpan
  /** The W3C `traceparent` of the current span; null outside of spans. */
  current(): string | null
}

/** One for the process, because a span must reach code that knows nothing of it, such as a driver's callbacks. */
let recorder: SpanRecorder | null = null

/** Sends spans to this recorder from now on; null stops. */
export function recordSpansWith(next: SpanRecorder | null): void {
  recorder = next
}

/** Whether spans are recorded. Code that would prepare a span at some cost asks this first. */
export function isTracing(): boolean {
  return recorder !== null
}

/** The `traceparent` to hand to another process; null if nothing is recorded or no span is current. */
export function currentTraceparent(): string | null {
  return recorder?.current() ?? null
}

/** Starts a span that the caller ends. */
export function startSpan(name: string, options: SpanOptions = {}): OpenSpan {
  return recorder?.start(name, options) ?? NO_SPAN
}

/** Runs `work` in a span. An error fails the span and reaches the caller. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  if (recorder === null) return work(NO_SPAN)
  const span = recorder.start(name, options)
  try {
    return await span.run(() => work(span))
  } catch (error) {
    span.fail(nameFailure(error))
    throw error
  } finally {
    span.end()
  }
}

/** The code or the class of an error. Its message may contain data. */
export function nameFailure(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'Error')
}

const NO_SPAN: OpenSpan = {
  setName() {},
  setAttributes() {},
  fail() {},
  run: (work) => work(),
  end() {},
}
