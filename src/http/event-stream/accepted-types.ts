import { getOperationAST, parse } from 'graphql'
import type { OperationPayload } from '../streams/prepare-operation.js'

const EVENT_STREAM = 'text/event-stream'
const JSON_TYPES = ['application/json', 'application/graphql-response+json', 'application/*', '*/*']

/**
 * Whether a request to /graphql wants its results as server-sent events: if it accepts them and no JSON, or if it accepts
 * both and asks for a subscription. Some clients send the same long Accept header with each operation.
 */
export function wantsEventStream(accept: string | undefined, payload: OperationPayload, maxTokens: number): boolean {
  const types = listTypes(accept)
  if (!types.includes(EVENT_STREAM)) return false
  return !types.some((type) => JSON_TYPES.includes(type)) || isSubscription(payload, maxTokens)
}

/** The media types that an Accept header names, without those that it refuses (`q=0`). */
function listTypes(accept = ''): string[] {
  const types = accept.split(',').map((each) => each.split(';').map((part) => part.trim().toLowerCase()))
  return types
    .filter(([, ...parameters]) => !parameters.some((each) => /^q=0(\.0*)?$/.test(each)))
    .map(([type]) => type)
}

function isSubscription({ query, operationName }: OperationPayload, maxTokens: number): boolean {
  if (typeof query !== 'string' || !query.includes('subscription')) return false
  try {
    const name = typeof operationName === 'string' ? operationName : undefined
    return getOperationAST(parse(query, { maxTokens, maxComments: maxTokens }), name)?.operation === 'subscription'
  } catch {
    // The answer in JSON says what is wrong with the document.
    return false
  }
}
