import { withKey } from '../../api/client.js'

export interface QueryRequest {
  readonly query: string
  readonly variables: object | null
  readonly operationName: string | null
  readonly isSubscription: boolean
}

export interface QueryAnswer {
  readonly status: number
  readonly text: string
  /** What is left of the budget; otherwise null. */
  readonly remaining: string | null
}

/** Asks the service. A subscription yields an answer for each event until the signal ends it. */
export async function* runQuery(request: QueryRequest, signal: AbortSignal): AsyncGenerator<QueryAnswer> {
  const { query, variables, operationName, isSubscription } = request
  const accept = isSubscription ? 'text/event-stream' : 'application/graphql-response+json'
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: withKey({ accept, 'content-type': 'application/json' }),
    body: JSON.stringify({ query, ...(variables && { variables }), ...(operationName && { operationName }) }),
    signal,
  })
  const about = { status: response.status, remaining: response.headers.get('ratelimit-remaining') }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream || response.body === null) {
    yield { ...about, text: format(await response.text()) }
    return
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const events = (text + value).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1]
      if (/^event: ?next$/m.test(event) && data) yield { ...about, text: format(data) }
    }
  }
}

function format(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
