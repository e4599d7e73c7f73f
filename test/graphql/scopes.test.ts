import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GraphQLInputType, GraphQLObjectType } from 'graphql'
import { isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType } from 'graphql'
import type { Scope } from '../../src/db/generated/client.js'
import { createSchema } from '../../src/graphql/schema.js'
import { openTestApi } from '../support/api.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

/** Scope of each mutation. Null: only the key that created the object, with any scopes. */
const SCOPES: Readonly<Record<string, Scope | null>> = {
  trainActivation: 'TRAIN',
  cancelTraining: null,
  updateSurrogate: 'TRAIN',
  uploadSurrogate: 'SEARCH',
  deleteSurrogate: null,
  createSearch: 'SEARCH',
  suggest: 'SEARCH',
  reportEvaluation: 'SEARCH',
  reportEvaluations: 'SEARCH',
  renewLease: 'SEARCH',
  stopSearch: 'SEARCH',
  extendSearch: 'SEARCH',
  createDataset: 'DATASET',
  updateDataset: 'DATASET',
  addFisherSpectra: 'DATASET',
  deleteFisherSpectra: 'DATASET',
  addEvaluation: 'DATASET',
  addEvaluations: 'DATASET',
  deleteDataset: 'DATASET',
  createSnapshot: 'DATASET',
  deleteSnapshot: 'ADMIN',
  deleteRun: null,
  deleteSearch: 'SEARCH',
  createApiKey: 'ADMIN',
  revokeApiKey: 'ADMIN',
}

const api = await openTestApi()
const { Mutation } = createSchema().getTypeMap() as { Mutation: GraphQLObjectType }
const mutations = Object.values(Mutation.getFields())

const keys = new Map<Scope, Promise<string>>()

/** One key for each scope, so that an object belongs to the key that the next mutation uses. */
function keyWith(scope: Scope): Promise<string> {
  const key = keys.get(scope) ?? api.createKey(scope)
  keys.set(scope, key)
  return key
}

/** A mutation whose arguments fit the schema but are otherwise invalid. */
function write({ name, args, type }: (typeof mutations)[number]): string {
  const given = args.map((arg) => `${arg.name}: ${writeValue(arg.type)}`).join(', ')
  const fields = Object.keys((unwrap(type) as GraphQLObjectType).getFields())
  assert.ok(fields.length > 0)
  return `mutation { ${name}(${given}) { __typename } }`
}

function unwrap(type: unknown): unknown {
  return type && typeof type === 'object' && 'ofType' in type ? unwrap(type.ofType) : type
}

function writeValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return writeValue(type.ofType as GraphQLInputType)
  if (isListType(type)) return `[${writeValue(type.ofType as GraphQLInputType)}]`
  if (isEnumType(type)) return type.getValues()[0].name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return `{ ${fields.map((field) => `${field.name}: ${writeValue(field.type)}`).join(', ')} }`
  }
  assert.ok(isScalarType(type))
  return ['Int', 'Float'].includes(type.name) ? '1' : '"nonsense"'
}

test('every mutation has a scope in this test', () => {
  assert.deepEqual(mutations.map(({ name }) => name).sort(), Object.keys(SCOPES).sort())
})

for (const mutation of mutations) {
  const scope = SCOPES[mutation.name]
  test(`${mutation.name} needs a key${scope ? ` with the scope ${scope}` : ''}, before anything else is checked`, async () => {
    const document = write(mutation)
    const anonymous = await api.ask(document)
    assert.equal(anonymous.errors[0].extensions.code, 'UNAUTHENTICATED')
    if (!scope) return
    const others = (['TRAIN', 'SEARCH', 'DATASET'] as const).filter((other) => other !== scope)
    const weak = await api.ask(document, {}, await api.createKey(...others))
    assert.equal(weak.errors[0].extensions.code, 'FORBIDDEN')
    const strong = await api.ask(document, {}, await keyWith(scope))
    for (const { extensions } of strong.errors) {
      assert.ok(!['UNAUTHENTICATED', 'FORBIDDEN'].includes(extensions.code), extensions.code)
    }
  })
}

test('scopes are checked before variables are read, and a partly forbidden operation does nothing', async () => {
  const secret = await api.createKey('DATASET')
  const typed = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }'
  for (const input of [null, 1, {}, { name: '\0', scopes: ['NONE'] }]) {
    assert.equal((await api.ask(typed, { input })).errors[0].extensions.code, 'UNAUTHENTICATED')
    assert.equal((await api.ask(typed, { input }, secret)).errors[0].extensions.code, 'FORBIDDEN')
  }
  const both = `mutation {
    createDataset(input: { name: "half", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
    ...more
  }
  fragment more on Mutation { ... { createApiKey(input: { name: "k", scopes: [ADMIN] }) { secret } } }`
  const { data, errors, status } = await api.ask(both, {}, secret)
  assert.deepEqual([status, data, errors[0].extensions.code], [403, undefined, 'FORBIDDEN'])
  assert.equal(await api.database.prisma.dataset.count({ where: { name: 'half' } }), 0)
})

test('each mutation declares the scope that its service demands', () => {
  for (const { name, extensions } of mutations) assert.equal(extensions.scope, SCOPES[name], name)
})

test('WebSocket operations need the same scopes', async (t) => {
  const create = `mutation { createDataset(input: { name: "ws", title: "t", description: "d", architecture: "a", task: "t" }) {
    dataset { name }
  } }`
  const send = async (parameters: Record<string, unknown>) => {
    const socket = await openTestSocket(api, parameters)
    t.after(() => socket.close())
    for await (const result of socket.open(create)) return result
    throw new Error('subscription: expected a result, got none')
  }
  const refuses = (parameters: Record<string, unknown>, code: string) =>
    assert.rejects(send(parameters), (errors: { extensions: { code: string } }[]) => {
      assert.equal(errors[0].extensions.code, code)
      return true
    })
  await refuses({}, 'UNAUTHENTICATED')
  await refuses({ Authorization: `Bearer ${await api.createKey('TRAIN')}` }, 'FORBIDDEN')
  const strong = await api.createKey('DATASET')
  assert.deepEqual((await send({ authorization: `Bearer ${strong}` })).data, {
    createDataset: { dataset: { name: 'ws' } },
  })
  await refuses({ Authorization: 'Bearer abk_wrong' }, 'UNAUTHENTICATED')
})

test('a revoked key can no longer be used on an open WebSocket connection', async (t) => {
  const admin = await api.createKey('ADMIN')
  const made = 'mutation { createApiKey(input: { name: "brief", scopes: [TRAIN] }) { apiKey { id } secret } }'
  const { apiKey, secret } = (await api.ask(made, {}, admin)).data.createApiKey
  const socket = await openTestSocket(api, { Authorization: `Bearer ${secret}` })
  t.after(() => socket.close())
  const who = () => socket.open('{ viewer { name } }').next()
  assert.deepEqual((await who()).value?.data, { viewer: { name: 'brief' } })
  const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { id } } }'
  assert.deepEqual((await api.ask(revoke, { id: apiKey.id }, admin)).errors, [])
  await assert.rejects(who(), (errors: { extensions: { code: string } }[]) => {
    assert.equal(errors[0].extensions.code, 'UNAUTHENTICATED')
    return true
  })
})

test('only ADMIN can list keys', async () => {
  const [admin, train] = [await api.createKey('ADMIN'), await api.createKey('TRAIN')]
  const { data } = await api.ask('{ apiKeys { id name scopes } }', {}, admin)
  assert.ok(data.apiKeys.length >= 2)
  assert.equal((await api.ask('{ apiKeys { id } }', {}, train)).data.apiKeys, null)
  const node = 'query ($id: ID!) { node(id: $id) { id } }'
  const { id } = data.apiKeys[0]
  assert.deepEqual((await api.ask(node, { id }, admin)).data.node, { id })
  assert.equal((await api.ask(node, { id }, train)).data.node, null)
})
