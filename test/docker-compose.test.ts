import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { PROJECT_ROOT } from '../src/root.js'
import { SERVER_PROCESS } from '../src/start/child-command.js'
import { runActbench } from './support/actbench.js'

interface Service {
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: string[]
  readonly security_opt?: string[]
  readonly privileged?: boolean
  readonly image: string
  readonly command?: string[]
  readonly environment?: Record<string, string>
  readonly healthcheck?: object
  readonly depends_on?: Record<string, unknown>
  readonly restart?: string
  readonly volumes?: string[]
  readonly build?: { readonly target?: string }
  readonly deploy?: { readonly resources: { readonly reservations: { readonly devices: readonly object[] } } }
}

const text = readFileSync(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as { services: Record<string, Service> }
const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/data/compose/compose-spec.json'), 'utf8'))
// The specification has its own formats, such as durations, which Ajv does not know.
const isValid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile({
  ...schema,
  $schema: 'http://json-schema.org/draft-07/schema#',
})

test('the file is valid by the schema of the Compose specification, and a misspelled key is not', () => {
  assert.ok(isValid(compose), JSON.stringify(isValid.errors, null, 1))
  const broken = structuredClone(compose) as unknown as { services: { server: Record<string, unknown> } }
  broken.services.server.read_onyl = true
  assert.ok(!isValid(broken))
})

test('no service runs as root or can write to its image', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.match(service.user ?? 'root', name === 'postgres' ? /^postgres$/ : /^1000:1000$/, name)
    assert.equal(service.read_only, true, name)
    assert.deepEqual(service.cap_drop, ['ALL'], name)
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name)
    assert.notEqual(service.privileged, true, name)
    for (const volume of service.volumes ?? []) {
      if (name !== 'postgres') assert.match(volume, /:ro$/, `${name}: ${volume}`)
    }
  }
})

for (const [name, backend, image, capabilities] of [
  ['worker-gpu', 'tfjs-node-gpu', 'nvidia/\\S+', ['gpu']],
  ['worker-webgpu', 'webgpu', 'node:\\S+', ['gpu', 'graphics']],
] as const) {
  test(`${name} reserves one graphics card, and its image contains the backend that it names`, () => {
    const { deploy, environment, build } = compose.services[name]
    assert.deepEqual(deploy?.resources.reservations.devices, [{ driver: 'nvidia', count: 1, capabilities }])
    assert.equal(environment?.ACTBENCH_BACKEND, backend)
    const dockerfile = readFileSync(join(PROJECT_ROOT, 'Dockerfile'), 'utf8')
    assert.match(dockerfile, new RegExp(`^FROM ${image} AS ${build?.target}$`, 'm'))
    assert.match(dockerfile, new RegExp(`^RUN node build/src/cli\\.js backend install ${backend}$`, 'm'))
  })
}

test('every long-running service has a health check, and every service starts after the ones that it needs', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    if (service.restart !== 'no') assert.ok(service.healthcheck, `${name} has no healthcheck`)
    for (const needed of Object.keys(service.depends_on ?? {})) assert.ok(needed in compose.services, needed)
  }
})

test('the server has the memory settings of a server of `npm start`', () => {
  const { environment } = compose.services.server
  assert.equal(environment?.NODE_OPTIONS, SERVER_PROCESS.options.join(' '))
  assert.equal(environment?.MALLOC_ARENA_MAX, SERVER_PROCESS.settings.MALLOC_ARENA_MAX)
})

test('no secret has a default', () => {
  const secrets = text.match(/\$\{[A-Z_]*(?:PASSWORD|KEY|SECRET|TOKEN)[^}]*\}/g) ?? []
  assert.equal(secrets.length, 3)
  for (const secret of secrets) assert.match(secret, /^\$\{[A-Z_]+:\?[a-z ]+/)
})

test('the commands that the services run are commands of the product', async () => {
  for (const { command, image } of Object.values(compose.services)) {
    if (!image.startsWith('actbench')) continue
    assert.ok(command)
    const { status, stdout } = await runActbench([command[0], '--help'], {})
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`Usage: actbench ${command[0]} `))
  }
})
