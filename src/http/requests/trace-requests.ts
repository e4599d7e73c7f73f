import { AsyncResource } from 'node:async_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isTracing, type OpenSpan, startSpan } from '../../tracing/spans.js'

interface TracedRequest {
  readonly span: OpenSpan
  /** The context of the span. The body arrives in the context of its socket. */
  readonly scope: AsyncResource
}

/** Records a span for each request and makes it the parent of everything that the request does. It continues the trace of the client. */
export function traceRequests(app: FastifyInstance): void {
  if (!isTracing()) return
  const traced = new WeakMap<FastifyRequest, TracedRequest>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, id } = request
    const route = request.routeOptions.url ?? 'none'
    const span = startSpan(`${method} ${route}`, {
      kind: 'server',
      parent: typeof headers.traceparent === 'string' ? headers.traceparent : null,
      attributes: { 'http.request.method': method, 'http.route': route, 'actbench.request_id': id },
    })
    span.run(() => {
      traced.set(request, { span, scope: new AsyncResource('request') })
      done()
    })
  })
  app.addHook('preValidation', (request, _reply, done) => {
    const { scope } = traced.get(request) ?? {}
    if (scope) scope.runInAsyncScope(done)
    else done()
  })
  app.addHook('onResponse', async (request, reply) => {
    const { span } = traced.get(request) ?? {}
    span?.setAttributes({ 'http.response.status_code': reply.statusCode })
    if (reply.statusCode >= 500) span?.fail(String(reply.statusCode))
    span?.end()
  })
  app.addHook('onRequestAbort', async (request) => {
    traced.get(request)?.span.fail('aborted')
    traced.get(request)?.span.end()
  })
}
