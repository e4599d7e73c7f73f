import type { Logger } from 'pino'
import type { TracingConfig } from '../config.js'
import { recordSpansWith } from './spans.js'

/** The traces of this process. */
export interface Tracing {
  /** Sends the spans that are left, for two seconds at most. */
  close(): Promise<void>
}

const NO_TRACING: Tracing = { close: async () => {} }

/**
 * Starts to record traces if the environment names a receiver. Otherwise nothing of OpenTelemetry is loaded. Open it before the database, whose connections are traced from their start.
 */
export async function openTracing(
  config: TracingConfig | null | undefined,
  process: { readonly part: 'server' | 'worker'; readonly version: string },
  log: Pick<Logger, 'warn'>,
): Promise<Tracing> {
  if (!config) return NO_TRACING
  const { openRecorder } = await import('./open-telemetry.js')
  const { recorder, close } = openRecorder(config, process, (reason) =>
    log.warn({ endpoint: new URL(config.endpoint).host, reason }, 'traces could not be sent'),
  )
  recordSpansWith(recorder)
  return {
    async close() {
      recordSpansWith(null)
      await close()
    },
  }
}
