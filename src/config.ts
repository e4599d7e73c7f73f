import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { type Limits, listLimits, toSettingName } from './limits.js'

/** What the environment says, validated and frozen. Nothing else of the product reads `process.env`. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number
  readonly host: string
  /** Null: the embedded PostgreSQL in `dataFolder`. */
  readonly databaseUrl: string | null
  /** Absolute path. */
  readonly dataFolder: string
  /** Absolute path of the folder with the pictures of tasks that are not drawn by formula. */
  readonly tasksFolder: string
  /** A key with the scope ADMIN, given from outside. Null: one is made at the first start and shown once. */
  readonly adminKey: string | null
  /** Worker processes that `start` runs. */
  readonly workers: number
  readonly backend: BackendName
  /** A worker whose task does not come on for so long is ended. */
  readonly stallMinutes: number
  readonly logLevel: LogLevel
  /** Where /metrics is served without a key. Null: only on the API's port, to keys with the scope ADMIN. */
  readonly metricsPort: number | null
  /** How long a statement of the server may take in the database. */
  readonly statementSeconds: number
  /** Cost units a minute for a key or an address; 0: no limit. */
  readonly rateLimit: number
  /** For how long caches between here and the clients may answer a GET by themselves. */
  readonly cacheSeconds: number
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly limits: Limits
}

/** More than a client uses up that asks one question after the other. */
export const DEFAULT_RATE_LIMIT = 300_000
export const DEFAULT_CACHE_SECONDS = 10

const BACKENDS = ['auto', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm'] as const
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type BackendName = (typeof BACKENDS)[number]
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Reads the configuration. Throws an error with one line for each variable that is malformed, or unknown and named
 * `ACTBENCH_...`: the variable, what was expected and what came. Secrets are not repeated.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const unknown = Object.keys(given).filter((name) => name.startsWith('ACTBENCH_') && !KNOWN.includes(name))
  const parsed = z.object({ ...SETTINGS, ...LIMIT_SETTINGS }).safeParse(given)
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => describeIssue(issue, given))),
    ...unknown.map((name) => `${name}: no such setting; expected one of ${KNOWN.join(', ')}`),
  ]
  if (!parsed.success || problems.length > 0) throw new Error([...new Set(problems)].join('\n'))
  const values = parsed.data
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL ?? null,
    dataFolder: resolve(values.ACTBENCH_DATA),
    tasksFolder: resolve(values.ACTBENCH_TASKS ?? join(values.ACTBENCH_DATA, 'tasks')),
    adminKey: values.ACTBENCH_ADMIN_KEY ?? null,
    workers: values.ACTBENCH_WORKERS,
    backend: values.ACTBENCH_BACKEND,
    stallMinutes: values.ACTBENCH_STALL_MINUTES,
    logLevel: values.LOG_LEVEL,
    metricsPort: values.ACTBENCH_METRICS_PORT ?? null,
    statementSeconds: values.ACTBENCH_STATEMENT_SECONDS,
    rateLimit: values.ACTBENCH_RATE_LIMIT,
    cacheSeconds: values.ACTBENCH_CACHE_SECONDS,
    trustedProxies: values.ACTBENCH_TRUSTED_PROXIES,
    limits: Object.freeze(readLimits(values)),
  })
}

const SECRETS = new Set(['DATABASE_URL', 'ACTBENCH_ADMIN_KEY'])

/** The message of each check is what was expected. */
const SETTINGS = {
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'a host name or an address')
    .default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'an address such as postgresql://user:password@host:5432/name')
    .optional(),
  ACTBENCH_DATA: z
    .string()
    .refine((path) => !path.includes('\0'), 'a folder')
    .default('.actbench'),
  ACTBENCH_TASKS: z
    .string()
    .refine((path) => !path.includes('\0'), 'a folder')
    .optional(),
  ACTBENCH_ADMIN_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{24,200}$/, '24 to 200 visible ASCII characters without spaces')
    .optional(),
  ACTBENCH_WORKERS: wholeNumber(0, 256).default(1),
  ACTBENCH_BACKEND: z.enum(BACKENDS, `one of ${BACKENDS.join(', ')}`).default('auto'),
  ACTBENCH_STALL_MINUTES: wholeNumber(1, 10_080).default(30),
  ACTBENCH_RATE_LIMIT: wholeNumber(0, 10_000_000).default(DEFAULT_RATE_LIMIT),
  ACTBENCH_METRICS_PORT: wholeNumber(0, 65_535).optional(),
  ACTBENCH_STATEMENT_SECONDS: wholeNumber(1, 3600).default(30),
  ACTBENCH_CACHE_SECONDS: wholeNumber(0, 86_400).default(DEFAULT_CACHE_SECONDS),
  ACTBENCH_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((each) => each.trim()))
    .transform((all) => all.filter((each) => each !== ''))
    .refine((all) => all.every(isNetwork), 'addresses and networks such as 10.0.0.0/8, separated by commas'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('warn'),
}

const LIMIT_SETTINGS: Readonly<Record<string, z.ZodType<number>>> = Object.fromEntries(
  listLimits().map(([name, { default: value, least, most }]) => [
    toSettingName(name),
    wholeNumber(least, most).default(value),
  ]),
)

const KNOWN = [...Object.keys(SETTINGS), ...Object.keys(LIMIT_SETTINGS)]

function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d{1,10}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
}

function readLimits(values: Readonly<Record<string, unknown>>): Limits {
  return Object.fromEntries(listLimits().map(([name]) => [name, values[toSettingName(name)]])) as unknown as Limits
}

function isNetwork(text: string): boolean {
  const [address, bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)
}

function describeIssue(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0])
  const value = given[name] ?? ''
  const came = SECRETS.has(name) ? `${value.length} characters that are not` : `'${value}'`
  return `${name}: expected ${issue.message}, got ${came}`
}
