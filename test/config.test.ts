import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '../src/config.js'
import { DEFAULT_LIMITS, listLimits, toSettingName } from '../src/limits.js'

test('an empty environment gives the documented defaults', () => {
  assert.deepEqual(readConfig({}), {
    port: 4000,
    host: '127.0.0.1',
    databaseUrl: null,
    dataFolder: resolve('.actbench'),
    tasksFolder: resolve('.actbench/tasks'),
    adminKey: null,
    workers: 1,
    backend: 'auto',
    webgpuCard: null,
    stallMinutes: 30,
    logLevel: 'warn',
    metricsPort: null,
    statementSeconds: 30,
    rateLimit: 300_000,
    cacheSeconds: 10,
    answerCacheBytes: 16 * 2 ** 20,
    exportCacheBytes: 2 ** 30,
    readDatabaseUrl: null,
    readLagSeconds: 10,
    trustedProxies: [],
    shutdownDelaySeconds: 0,
    retention: { jobsDays: 90, searchesDays: 0, surrogates: 10 },
    limits: DEFAULT_LIMITS,
    tracing: null,
  })
})

test('values are read and typed, an empty variable counts as absent, and the result is frozen', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '::1',
    DATABASE_URL: 'postgres://a:b@host/name',
    ACTBENCH_DATA: '/data',
    ACTBENCH_WORKERS: '0',
    ACTBENCH_BACKEND: 'wasm',
    LOG_LEVEL: '',
    HOME: '/root',
  })
  assert.equal(config.port, 0)
  assert.equal(config.databaseUrl, 'postgres://a:b@host/name')
  assert.equal(config.dataFolder, '/data')
  assert.equal(config.tasksFolder, '/data/tasks')
  assert.equal(config.workers, 0)
  assert.equal(config.backend, 'wasm')
  assert.equal(config.logLevel, 'warn')
  assert.ok(Object.isFrozen(config))
})

test('each limit has an environment variable that accepts values from its minimum to its maximum', () => {
  assert.equal(toSettingName('rootFields'), 'ACTBENCH_LIMIT_ROOT_FIELDS')
  for (const [name, { least, most }] of listLimits()) {
    const read = (value: number) => readConfig({ [toSettingName(name)]: String(value) }).limits
    assert.deepEqual(read(least), { ...DEFAULT_LIMITS, [name]: least })
    assert.deepEqual(read(most), { ...DEFAULT_LIMITS, [name]: most })
    for (const value of [least - 1, most + 1]) {
      const expected = `${toSettingName(name)}: expected a whole number from ${least} to ${most}, got '${value}'`
      assert.throws(() => read(value), { message: expected })
    }
  }
})

test('trusted proxies are addresses and networks', () => {
  const { trustedProxies } = readConfig({ ACTBENCH_TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8,' })
  assert.deepEqual(trustedProxies, ['10.0.0.0/8', '::1', 'fd00::/8'])
  for (const value of ['proxy.local', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.1/', '::1/129', '1.2.3']) {
    assert.throws(() => readConfig({ ACTBENCH_TRUSTED_PROXIES: value }), /^Error: ACTBENCH_TRUSTED_PROXIES: expected /)
  }
})

const malformed = [
  ['PORT', '65536', "PORT: expected a whole number from 0 to 65535, got '65536'"],
  ['PORT', '80x', "PORT: expected a whole number from 0 to 65535, got '80x'"],
  ['PORT', '-1', "PORT: expected a whole number from 0 to 65535, got '-1'"],
  ['HOST', 'a b', "HOST: expected a host name or an address, got 'a b'"],
  ['ACTBENCH_WORKERS', 'many', "ACTBENCH_WORKERS: expected a whole number from 0 to 256, got 'many'"],
  [
    'ACTBENCH_BACKEND',
    'cuda',
    "ACTBENCH_BACKEND: expected one of auto, tfjs-node-gpu, tfjs-node, webgpu, wasm, got 'cuda'",
  ],
  ['ACTBENCH_RATE_LIMIT', '-1', "ACTBENCH_RATE_LIMIT: expected a whole number from 0 to 10000000, got '-1'"],
  ['LOG_LEVEL', 'loud', "LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got 'loud'"],
] as const

for (const [name, value, message] of malformed) {
  test(`${name}=${value} is refused in one line that says what was expected and what was found`, () => {
    assert.throws(() => readConfig({ [name]: value }), { message })
  })
}

test('an unknown variable with the prefix of the product is refused, so that a typo is noticed', () => {
  assert.throws(
    () => readConfig({ ACTBENCH_WORKER: '2' }),
    /^Error: ACTBENCH_WORKER: no such setting; expected one of PORT, /,
  )
})

test('the message has one line for each wrong variable', () => {
  assert.throws(
    () => readConfig({ PORT: 'x', ACTBENCH_WORKERS: 'y', ACTBENCH_X: '1' }),
    (error: Error) => error.message.split('\n').length === 3,
  )
})

test('secrets are not repeated in the message', () => {
  for (const name of ['DATABASE_URL', 'ACTBENCH_ADMIN_KEY']) {
    assert.throws(
      () => readConfig({ [name]: 'hush hush' }),
      (error: Error) => error.message.startsWith(`${name}: expected`) && !error.message.includes('hush'),
    )
  }
})

test('traces have the variables that OpenTelemetry defines', () => {
  const read = (environment: Record<string, string>) => readConfig(environment).tracing
  assert.deepEqual(
    read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x=,b= c ',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    }),
    {
      endpoint: 'http://collector:4318/v1/traces',
      headers: { authorization: 'Bearer x=', b: 'c' },
      resource: { 'deployment.environment.name': 'test' },
      serviceName: 'actbench',
      sampler: 'parentbased_traceidratio',
      samplerRatio: 0.25,
    },
  )
  const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other/path', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1' }
  assert.equal(read(traces)?.endpoint, 'https://other/path')
  assert.equal(read({ OTEL_SERVICE_NAME: 'x' }), null)
  assert.equal(read({ ...traces, OTEL_SDK_DISABLED: 'true' }), null)
  const refused = [
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      /^OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as \S+, got/,
    ],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, /^OTEL_TRACES_SAMPLER: expected one of always_on, /],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, /^OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got '2'/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'token' }, /^OTEL_EXPORTER_OTLP_HEADERS: expected pairs .*, got 5 characters/],
  ] as const
  for (const [environment, message] of refused) assert.throws(() => readConfig(environment), { message })
})
