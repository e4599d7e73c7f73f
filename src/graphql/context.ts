import type { Logger } from 'pino'
import type { Events } from '../db/events.js'
import { createLoaders, type Database, type Loaders } from '../db/loaders.js'
import type { Viewer } from '../services/viewer.js'
import { createServiceLoaders, type ServiceLoaders } from './service-loaders.js'

/** What every request of the API needs, whoever asks. */
export interface Services {
  readonly database: Database
  readonly events: Events
  readonly log: Logger
  /** The version of the software. */
  readonly version: string
}

/** What a resolver works with: one a request. */
export interface Context extends Services {
  readonly viewer: Viewer | null
  readonly requestId: string
  loaders: Loaders & ServiceLoaders
}

/** A context with nothing loaded yet. */
export function createContext(services: Services, viewer: Viewer | null, requestId: string): Context {
  return { ...services, viewer, requestId, loaders: createAllLoaders(services.database) }
}

/** Forgets what was loaded: after something was written, and before each event of a subscription. */
export function forgetLoaded(context: Context): void {
  context.loaders = createAllLoaders(context.database)
}

function createAllLoaders(database: Database): Context['loaders'] {
  return { ...createLoaders(database), ...createServiceLoaders(database) }
}
