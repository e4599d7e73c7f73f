import type { DocumentNode, GraphQLError } from 'graphql'
import type { AskedOperation, Context } from '../../graphql/context.js'
import type { RequestedOperation } from '../../operation-limits/price-request.js'
import type { Spending } from '../../services/access/budget.js'
import type { Viewer } from '../../services/access/viewer.js'
import { type OpenSpan, startSpan } from '../../tracing/spans.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import type { Keeping } from './answer-cache.js'

/** One GraphQL operation on its way through the server. Each step of `operation-steps.ts` adds what it found out. */
export interface OperationRequest extends AskedOperation {
  readonly transport: 'http' | 'ws' | 'sse'
  readonly requestId: string
  readonly ip: string | undefined
  /** The address that limits count, such as the first 64 bits of an IPv6 address. */
  readonly address: string
  /** The document as it was sent, whatever it is. */
  readonly text: unknown
  /** By `performance.now()`. */
  readonly startedAt: number
  viewer: Viewer | null
  client: string
  /** Gives the turn back to other operations; more calls do nothing. */
  release: () => void
  isAdmitted: boolean
  /** Why the operation was not admitted, until that is answered. */
  refusal: unknown
  /** Null if the answer may not be kept. */
  keeping: Keeping | null
  /** What its document is remembered by; null if it may not be, or is already. */
  queryKey: string | null
  /** Its answer was kept, and has all its headers. */
  isKept: boolean
  document: DocumentNode | null
  /** Limits that the document exceeds, and rules of the schema that it breaks. */
  problems: readonly GraphQLError[]
  name: string | null | undefined
  type: 'query' | 'mutation' | 'subscription' | 'none'
  spending: Spending | null
  /** What was charged; null before. */
  requested: RequestedOperation | null
  /** Units of the charge that were given back. */
  refunded: number
  /** The operation in a trace: the parent of its statements. */
  readonly span: OpenSpan
  isSettled: boolean
  isRecorded: boolean
}

/** Apollo Server copies the context of a request; the copies share the `operation`. */
export interface HttpContext extends Context {
  readonly operation: OperationRequest
}

type Arrival = Pick<OperationRequest, 'transport' | 'requestId' | 'ip' | 'text'>

/** An operation that has just arrived. */
export function createOperationRequest({ transport, requestId, ip, text }: Arrival): OperationRequest {
  return {
    transport,
    requestId,
    ip,
    text,
    address: nameAddress(ip),
    startedAt: performance.now(),
    viewer: null,
    client: nameClient(null, ip),
    release: () => {},
    isAdmitted: false,
    refusal: null,
    keeping: null,
    queryKey: null,
    isKept: false,
    document: null,
    problems: [],
    name: null,
    type: 'none',
    spending: null,
    requested: null,
    refunded: 0,
    span: startSpan('GraphQL'),
    isSettled: false,
    isRecorded: false,
  }
}
