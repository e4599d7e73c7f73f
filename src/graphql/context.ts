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

/** The operation that is being answered. */
export interface AskedOperation {
  readonly viewer: Viewer | null
  readonly requestId: string
  /** Whose budget is charged, such as `key:7`. */
  readonly client: string
  /** The charge for the operation; null before it is priced. */
  readonly spending: Spending | null
}

/** What a resolver works with: one per request. */
export interface Context extends Services {
  readonly operation: AskedOperation
  readonly viewer: Viewer | null
  readonly client: string
  loaders: Loaders & ServiceLoaders
}

/** A context with nothing loaded yet. */
export function createContext(services: Services, operation: AskedOperation): Context {
  const { viewer, client } = operation
  return { ...services, operation, viewer, client, loaders: createAllLoaders(services.database) }
}

/** Forgets what was loaded: after something was written, and before each event of a subscription. */
export function forgetLoaded(context: Context): void {
  context.loaders = createAllLoaders(context.database)
}

function createAllLoaders(database: Database): Context['loaders'] {
  return { ...createLoaders(database), ...createServiceLoaders(database) }
}
