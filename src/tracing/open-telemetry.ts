import { AsyncLocalStorage } from 'node:async_hooks'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node'
import type { TracingConfig } from '../config.js'
import type { Attribute, OpenSpan, SpanOptions, SpanRecorder } from './spans.js'
import { formatTraceparent, parseTraceparent } from './traceparent.js'

/** How long a receiver may take for a batch. */
const EXPORT_MILLISECONDS = 10_000
/** How long the end of the process waits for the last batch. */
const CLOSE_MILLISECONDS = 2000
/** Spans are sent after this time. If the receiver is away, the newest are dropped once 2,048 wait. */
const BATCH_MILLISECONDS = 1000
const WARN_MILLISECONDS = 60_000

/** Records spans with OpenTelemetry and sends them as OTLP over HTTP, in the background. `warn` is called once a minute at most. */
export function openRecorder(
  config: TracingConfig,
  { part, version }: { readonly part: string; readonly version: string },
  warn: (reason: string) => void,
): { recorder: SpanRecorder; close(): Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: config.endpoint,
    headers: { ...config.headers },
    timeoutMillis: EXPORT_MILLISECONDS,
  })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      ...config.resource,
      'service.name': config.serviceName,
      'service.version': version,
      'service.instance.id': `${part}-${process.pid}`,
    }),
    sampler: toSampler(config.sampler, config.samplerRatio),
    spanProcessors: [
      new BatchSpanProcessor(warning(exporter as unknown as SpanExporter, warn), {
        scheduledDelayMillis: BATCH_MILLISECONDS,
        exportTimeoutMillis: EXPORT_MILLISECONDS,
      }),
    ],
  })
  return {
    recorder: createRecorder(provider),
    async close() {
      await Promise.race([provider.shutdown().catch(() => {}), sleep(CLOSE_MILLISECONDS, null, { ref: false })])
    },
  }
}

function createRecorder(provider: NodeTracerProvider): SpanRecorder {
  const tracer = provider.getTracer('actbench')
  const contexts = new AsyncLocalStorage<Context>()
  const current = () => contexts.getStore() ?? ROOT_CONTEXT
  return {
    start(name, { kind = 'internal', attributes = {}, parent, startedAt }: SpanOptions) {
      const context = parent === undefined ? current() : contextOf(parent)
      const span = tracer.startSpan(
        name,
        { kind: KINDS[kind], attributes: compact(attributes), startTime: startedAt },
        context,
      )
      return toOpenSpan(span, (work) => contexts.run(trace.setSpan(context, span), work))
    },
    current() {
      const span = trace.getSpanContext(current())
      return span ? formatTraceparent(span) : null
    },
  }
}

function toOpenSpan(span: Span, run: OpenSpan['run']): OpenSpan {
  return {
    setName: (name) => void span.updateName(name),
    setAttributes: (attributes) => void span.setAttributes(compact(attributes)),
    fail(reason) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason })
      span.setAttribute('error.type', reason)
    },
    run,
    end: () => span.end(),
  }
}

/** Null or an invalid header: the span starts a trace of its own. */
function contextOf(parent: string | null): Context {
  const parsed = parseTraceparent(parent)
  return parsed ? trace.setSpanContext(ROOT_CONTEXT, { ...parsed, isRemote: true }) : ROOT_CONTEXT
}

function compact(attributes: NonNullable<SpanOptions['attributes']>): Record<string, Attribute> {
  const given = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given) as Record<string, Attribute>
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

function toSampler(name: TracingConfig['sampler'], ratio: number): Sampler {
  const root = name.endsWith('always_off')
    ? new AlwaysOffSampler()
    : name.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler()
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** Reports failures of an exporter, which are silent otherwise. */
function warning(exporter: SpanExporter, warn: (reason: string) => void): SpanExporter {
  let warnedAt = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== 0 && performance.now() - warnedAt > WARN_MILLISECONDS) {
          warnedAt = performance.now()
          warn(result.error?.message ?? 'unknown')
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush!() }),
  }
}
