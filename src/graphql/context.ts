import type { DocumentNode } from 'graphql'
import type { Logger } from 'pino'
import type { Events } from '../db/connection/events.js'
import { createLoaders, type Database, type Loaders } from '../db/loaders.js'
import type { Limits } from '../limits.js'
import type { Budget, Spending } from '../services/access/budget.js'
import type { Viewer } from '../services/access/viewer.js'
import { createServiceLoaders, type ServiceLoaders } from './service-loaders.js'

/** What every request of the API needs, whoever asks. */
export interface Services {
  readonly database: Database
  readonly events: Events
  readonly log: Logger
  /** The version of the software. */
  readonly version: string
  readonly limits: Limits
  readonly budget: Budget
  /** For how long caches between here and the clients may answer by themselves. */
  readonly cacheSeconds: number
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

/** Who asks, and how. */
export interface Asking {
  readonly viewer: Viewer | null
  readonly requestId: string
  /** Whose budget is charged, such as `key:7`. */
  readonly client: string
}

/** What a resolver works with: one a request. */
export interface Context extends Services, Asking {
  /** What the operation costs; null before it is priced. */
  spending: Spending | null
  /** What was read before it was charged: what it costs where it is refused. Null where nothing could be parsed. */
  refused: { readonly document: DocumentNode; readonly problems: number } | null
  loaders: Loaders & ServiceLoaders
}

/** A context with nothing loaded yet. */
export function createContext(services: Services, { viewer, requestId, client }: Asking): Context {
  return {
    ...services,
    viewer,
    requestId,
    client,
    spending: null,
    refused: null,
    loaders: createAllLoaders(services.database),
  }
}

/** Forgets what was loaded: after something was written, and before each event of a subscription. */
export function forgetLoaded(context: Context): void {
  context.loaders = createAllLoaders(context.database)
}

function createAllLoaders(database: Database): Context['loaders'] {
  return { ...createLoaders(database), ...createServiceLoaders(database) }
}
