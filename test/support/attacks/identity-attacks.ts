import { createHash } from 'node:crypto'
import { type Attack, ask, everyOf, get, json, lastOf, post, type Target } from './attack-tools.js'

const bearer = ({ secret }: Target) => ({ ...json, authorization: `Bearer ${secret}` })
const act = (t: Target, query: string, variables: unknown = {}) =>
  post(t, JSON.stringify({ query, variables }), bearer(t))
const id = (type: string, key: number) => Buffer.from(`${type}:${key}`).toString('base64url')
const create = (name: string, title = 't') =>
  `createDataset(input: { name: ${JSON.stringify(name)}, title: ${JSON.stringify(title)}, description: "d", architecture: "a", task: "t" }) { dataset { name title } }`
const MAKE_KEY = 'createApiKey(input: { name: "x", scopes: [ADMIN] }) { secret }'
const path = (query: string, more = '') => `/graphql?query=${encodeURIComponent(query)}${more}`

/** Objects of others, disguised mutations, and names that look like other names. */
export const IDENTITY_ATTACKS: readonly Attack[] = [
  {
    name: 'a stranger’s job, search, suggestion, lease and dataset, with a key of all scopes but ADMIN',
    expected: /^200 FORBIDDEN$/,
    run: (t) =>
      everyOf(
        [
          `cancelTraining(id: "${id('TrainingJob', t.strange.job)}") { trainingJob { id } }`,
          `stopSearch(id: "${id('Search', t.strange.search)}") { search { id } }`,
          `suggest(input: { searchId: "${id('Search', t.strange.search)}", worker: "w" }) { search { id } }`,
          `reportEvaluation(input: { suggestionId: "${id('Suggestion', t.strange.suggestion)}", validationAccuracy: 1 }) { suggestion { id } }`,
          `renewLease(suggestionId: "${id('Suggestion', t.strange.suggestion)}") { suggestion { id } }`,
          `addEvaluation(input: { dataset: "${t.strange.dataset}", expression: "x", validationAccuracy: 1 }) { evaluation { id } }`,
          `deleteDataset(name: "${t.strange.dataset}") { name }`,
          'deleteDataset(name: "mini-cnn") { name }',
          'addEvaluation(input: { dataset: "mini-cnn", expression: "x", validationAccuracy: 1 }) { evaluation { id } }',
        ],
        (field) => act(t, `mutation { ${field} }`),
      ),
  },
  {
    name: 'ids of all keys, one after the other, with that key',
    expected: /^200 OK$/,
    run: (t) =>
      everyOf([1, 2, 3, 4, 5], async (key) => {
        const answer = await act(t, `{ node(id: "${id('ApiKey', key)}") { id } }`)
        return answer
      }),
  },
  {
    name: 'a mutation of ADMIN in a fragment, under an alias, behind @include, next to one that is allowed',
    expected: /^403 FORBIDDEN$/,
    run: (t) =>
      everyOf(
        [
          `mutation { ...F } fragment F on Mutation { a: ${MAKE_KEY} }`,
          `mutation ($yes: Boolean = true) { __typename ... on Mutation @include(if: $yes) { ${MAKE_KEY} } }`,
          `mutation { ${create('beside')} ${MAKE_KEY} }`,
          `query Q { service { name } } mutation M { ${MAKE_KEY} }`,
        ],
        (query) => post(t, JSON.stringify({ query, ...(query.includes(' M ') && { operationName: 'M' }) }), bearer(t)),
      ),
  },
  {
    name: 'the allowed mutation next to it did not run either',
    expected: /^404 NOT_FOUND$|^200 NOT_FOUND$/,
    run: (t) => ask(t, '{ dataset(name: "beside") { id } }'),
  },
  {
    name: 'a mutation by GET, by operationName among queries, by its hash',
    expected: /^405 BAD_REQUEST$/,
    run: async (t) => {
      const mutation = `mutation M { ${create('by-hash')} }`
      const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(mutation).digest('hex') }
      await post(t, JSON.stringify({ query: mutation, extensions: { persistedQuery } }), bearer(t))
      const extensions = `&extensions=${encodeURIComponent(JSON.stringify({ persistedQuery }))}`
      const { authorization } = bearer(t)
      return everyOf(
        [path(`query Q { service { name } } ${mutation}`, '&operationName=M'), `/graphql?operationName=M${extensions}`],
        (address) => get(t, address, { authorization }),
      )
    },
  },
  {
    name: 'a document under the hash of another, hashes of nothing, other versions',
    expected: /^(400 BAD_REQUEST|404 PERSISTED_QUERY_NOT_FOUND)$/,
    run: (t) =>
      everyOf(
        [
          { query: '{ service { name } }', version: 1, sha256Hash: '0'.repeat(64) },
          { version: 1, sha256Hash: '__proto__' },
          { version: 2, sha256Hash: 'x' },
          { version: 1, sha256Hash: 'x'.repeat(100_000) },
        ],
        ({ query, ...persistedQuery }) => post(t, JSON.stringify({ query, extensions: { persistedQuery } })),
      ),
  },
  {
    name: 'a key in the address, in a cookie, in other headers, in other forms',
    expected: /^401 UNAUTHENTICATED$/,
    run: (t) => {
      const body = JSON.stringify({ query: `mutation { ${create('elsewhere')} }` })
      const forms: Record<string, string>[] = [
        { cookie: `authorization=Bearer ${t.secret}` },
        { 'x-api-key': t.secret, 'proxy-authorization': `Bearer ${t.secret}` },
        { authorization: `Basic ${Buffer.from(`x:${t.secret}`).toString('base64')}` },
        { authorization: t.secret },
        { authorization: `Bearer ${t.secret} x` },
        { authorization: `Bearer ${t.secret},Bearer ${t.secret}` },
        { authorization: `Bearer ${t.secret.toUpperCase()}` },
      ]
      return everyOf(forms, (form) => post(t, body, { ...json, ...form }))
    },
  },
  {
    name: 'names of datasets: homoglyphs, full width, invisible characters, markup, paths, those of published data',
    expected: /^200 BAD_USER_INPUT$/,
    run: (t) =>
      everyOf(
        [
          'mіni-cnn',
          'ｍini',
          'a\u200bb',
          'a\u0301',
          '<script>',
          '../x',
          'a.json',
          'A',
          '-a',
          '',
          'a'.repeat(65),
          'mini-vit',
        ],
        (name) => act(t, `mutation { ${create(name)} }`),
      ),
  },
  {
    name: 'markup, formulas and CRLF in texts come back as JSON, and in no page',
    expected: /^JSON, not on the page$/,
    run: async (t) => {
      const title = '<script>alert(1)</script>=cmd|"/c calc"!A1\r\nx: y'
      await act(t, `mutation { ${create('markup', title)} }`)
      const { headers } = await fetch(`${t.address}/graphql?query={dataset(name:"markup"){title}}`)
      const page = await fetch(`${t.address}/graphql`, { headers: { accept: 'text/html' } }).then((page) => page.text())
      await act(t, 'mutation { deleteDataset(name: "markup") { name } }')
      const isJson =
        /json/.test(headers.get('content-type') ?? '') && headers.get('x-content-type-options') === 'nosniff'
      return `${isJson ? 'JSON' : 'no JSON'}, ${page.includes('alert(1)') ? '' : 'not '}on the page`
    },
  },
  {
    name: 'a page of another origin asks with credentials',
    expected: /^no credentials$/,
    run: async (t) => {
      const headers = { origin: 'https://evil.example', 'access-control-request-headers': 'authorization' }
      const asked = await fetch(`${t.address}/graphql`, { method: 'OPTIONS', headers })
      const isAllowed = asked.headers.get('access-control-allow-credentials') !== null
      return isAllowed || asked.headers.get('access-control-allow-origin') !== '*' ? 'credentials' : 'no credentials'
    },
  },
  {
    name: 'paths close to /metrics: //metrics, /metrics/, /METRICS, /graphql/../metrics, %2f, ;x',
    expected: /^40[14] /,
    run: (t) =>
      lastOf(
        [
          '//metrics',
          '/metrics/',
          '/METRICS',
          '/graphql/%2e%2e/metrics',
          '/metrics%2f',
          '/metrics;x',
          '/export/../metrics',
        ].map((address) => get(t, address)),
      ),
  },
]
