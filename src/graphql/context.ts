import type { Logger } from 'pino'
import type { Events } from '../db/connection/events.js'
import type { ReadReplica } from '../db/connection/read-replica.js'
import { defineMembers } from '../db/lazy-members.js'
import { type Database, LOADERS, type Loaders } from '../db/loaders.js'
import type { Limits } from '../limits.js'
import type { Budget, Spending } from '../services/access/budget.js'
import type { Viewer } from '../services/access/viewer.js'
import { SERVICE_LOADERS, type ServiceLoaders } from './service-loaders.js'

/** The services that every request of the API needs, the same for all clients. */
export interface Services {
  readonly database: Database
  readonly events: Events
  readonly log: Logger
  /** The version of the software. */
  readonly version: string
  readonly limits: Limits
  readonly budget: Budget
  /** How long, in seconds, caches between the server and the clients may reuse an answer. */
  readonly cacheSeconds: number
  /** Memory for answers that are sent again until their tables change, in bytes. 0: none are kept. */
  readonly answerCacheBytes: number
  /** Where exports are kept as files, and how many bytes they may have. A null folder is one for temporary files. */
  readonly keptExports: { readonly folder: string | null; readonly mostBytes: number }
  /** A copy of the database for queries, or null. */
  readonly replica: ReadReplica | null
  /** Addresses and networks of proxies whose X-Forwarded-For header is trusted. */
  readonly trustedProxies: readonly string[]
  /** How long a server that was told to stop still accepts connections. */
  readonly shutdownDelaySeconds: number
}

/** The operation that the server is executing, and who sent it. */
export interface AskedOperation {
  readonly viewer: Viewer | null
  readonly requestId: string
  /** The client whose budget is charged, such as `key:7`. */
  readonly client: string
  /** The cost of the operation and the rest of the budget; null before the cost is known. */
  readonly spending: Spending | null
}

/** The context of the resolvers, one per request. */
export interface Context extends Omit<Services, 'database'> {
  readonly operation: AskedOperation
  readonly viewer: Viewer | null
  readonly client: string
  /** The primary, or a copy of it while a query is executed that only reads. */
  database: Database
  loaders: Loaders & ServiceLoaders
}

/** Creates a context whose caches are empty. */
export function createContext<Operation extends AskedOperation>(
  services: Services,
  operation: Operation,
): Context & { readonly operation: Operation } {
  const { viewer, client } = operation
  // Each field by its name: to copy all of the services and then to add to the copy takes several times as long.
  return {
    database: services.database,
    events: services.events,
    log: services.log,
    version: services.version,
    limits: services.limits,
    budget: services.budget,
    cacheSeconds: services.cacheSeconds,
    answerCacheBytes: services.answerCacheBytes,
    keptExports: services.keptExports,
    replica: services.replica,
    trustedProxies: services.trustedProxies,
    shutdownDelaySeconds: services.shutdownDelaySeconds,
    operation,
    viewer,
    client,
    loaders: createAllLoaders(services.database),
  }
}

/** Reads from this database from now on. Descriptions of functions that a query records still goes to the primary. */
export function readFrom(context: Context, database: Database, primary: Database): void {
  context.database = database
  context.loaders = createAllLoaders(database, primary)
}

/** Empties the caches of the loaders, after each mutation and before each event of a subscription. */
export function forgetLoaded(context: Context): void {
  context.loaders = createAllLoaders(context.database)
}

const makeLoaders = defineMembers({
  ...LOADERS,
  ...SERVICE_LOADERS,
})

function createAllLoaders(database: Database, primary = database): Context['loaders'] {
  return makeLoaders({ ...database, primary })
}
