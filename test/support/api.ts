import { after, type TestContext } from 'node:test'
import { pino } from 'pino'
import { type App, buildApp } from '../../src/app.js'
import type { Database } from '../../src/db/connection/client.js'
import { type Events, openEvents } from '../../src/db/connection/events.js'
import type { ReadReplica } from '../../src/db/connection/read-replica.js'
import type { Scope } from '../../src/db/generated/client.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.js'
import { createApiKey } from '../../src/services/access/api-keys.js'
import { createBudget } from '../../src/services/access/budget.js'
import { openTestDatabase } from './database.js'

/** An error as clients see it. */
export interface ClientError {
  readonly message: string
  readonly path?: (string | number)[]
  readonly extensions: { readonly code: string; readonly [name: string]: unknown }
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query, which the test itself wrote.
  readonly data: any
  readonly errors: ClientError[]
}

export interface TestApi {
  readonly app: App
  readonly database: Database
  /** The warnings and errors logged so far, one line each. */
  readonly log: string[]
  /** Sends an operation over HTTP, with the secret of a key if one is given. */
  ask(query: string, variables?: Record<string, unknown>, secret?: string): Promise<Answer>
  /** Creates a key and returns its secret. */
  createKey(...scopes: Scope[]): Promise<string>
}

export interface TestApiOptions {
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>
  /** @defaultValue the default budget */
  readonly rateLimit?: number
  readonly trustedProxies?: readonly string[]
  /** Memory for kept answers. @defaultValue 0: every query is executed, so that a test may write rows itself */
  readonly answerCacheBytes?: number
  /** Opens the copy that queries read from. @defaultValue none */
  openReplica?(events: Events): ReadReplica
}

/**
 * Opens the whole API on a fresh database, or on the database `given`. It does not listen. It is closed at the end of the
 * test `t`, or of the file if there is no `t`.
 */
export async function openTestApi(t?: TestContext, given?: Database, options: TestApiOptions = {}): Promise<TestApi> {
  const database = given ?? (await openTestDatabase(t))
  const log: string[] = []
  const events = await openEvents(database.url)
  const replica = options.openReplica?.(events) ?? null
  const app = await buildApp({
    database,
    events,
    log: pino({ level: 'warn' }, { write: (line: string) => void log.push(line) }),
    version: '1.2.3',
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    ...(options.rateLimit !== undefined && { budget: createBudget(database, options.rateLimit) }),
    trustedProxies: options.trustedProxies ?? [],
    answerCacheBytes: options.answerCacheBytes ?? 0,
    replica,
  })
  const close = async () => {
    await replica?.close()
    await events.close()
    await app.close()
  }
  if (t) t.after(close)
  else after(close)
  return {
    app,
    database,
    log,
    async ask(query, variables, secret) {
      const response = await app.http.inject({
        method: 'POST',
        url: '/graphql',
        headers: secret ? { authorization: `Bearer ${secret}` } : {},
        payload: { query, variables },
      })
      const body = response.json()
      return { status: response.statusCode, data: body.data, errors: body.errors ?? [] }
    },
    async createKey(...scopes) {
      const admin = { apiKeyId: 0, name: 'test', scopes: ['ADMIN' as const] }
      const { secret } = await createApiKey(database, admin, { name: scopes.join(' '), scopes })
      return secret
    },
  }
}
