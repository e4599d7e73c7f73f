import { type Attack, ask, everyOf, get, lastOf, post } from './attack-tools.js'

/** Documents that ask for too much, and forged values. */
export const DOCUMENT_ATTACKS: readonly Attack[] = [
  // Documents.
  {
    name: 'an alias bomb of 90 leaderboards of all datasets',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) => ask(t, aliases(90, 'datasets(first: 200) { nodes { leaderboard(first: 200) { nodes { id } } } }')),
  },
  {
    name: 'pages of pages of pages',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) =>
      ask(
        t,
        '{ activations(first: 200) { nodes { neighbours(first: 100) { activation { neighbours(first: 100) { activation { id } } } } } } }',
      ),
  },
  {
    name: 'fragments that double 30 times',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) =>
      ask(
        t,
        `{ ...f30 } fragment f0 on Query { datasets { totalCount } } ${Array.from({ length: 30 }, (_, i) => `fragment f${i + 1} on Query { ...f${i} ...f${i} }`).join(' ')}`,
      ),
  },
  {
    name: 'fragments in a circle',
    expected: /^400 (GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX)$/,
    run: (t) => ask(t, '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
  },
  { name: 'introspection in loops', expected: /^400 QUERY_TOO_COMPLEX$/, run: (t) => ask(t, INTROSPECTION) },
  {
    name: '3,000 directives on a field',
    expected: /^400 /,
    run: (t) => ask(t, `{ service ${'@include(if: true) '.repeat(3000)} { name } }`),
  },
  {
    name: '100,000 tokens',
    expected: /^400 GRAPHQL_PARSE_FAILED$/,
    run: (t) => ask(t, `{ ${'service '.repeat(100_000)} }`),
  },
  { name: '900 unknown fields', expected: /^400 /, run: (t) => ask(t, aliases(900, 'nothing')) },
  {
    name: 'a batch of 1,000 operations',
    expected: /^400 BAD_REQUEST$/,
    run: (t) => post(t, JSON.stringify(Array(1000).fill({ query: '{ service { name } }' }))),
  },
  {
    name: 'an expression of 100,000 parentheses',
    expected: /^\d+ INVALID_EXPRESSION$/,
    run: (t) => ask(t, 'query ($e: String!) { activation(expression: $e) { id } }', { e: 'relu('.repeat(100_000) }),
  },
  {
    name: 'an expression that overflows',
    expected: /^200 OK$/,
    run: (t) => ask(t, '{ activation(expression: "exp(exp(exp(exp(exp(exp(x))))))") { isFinite gaussianMean } }'),
  },
  // Forged values.
  {
    name: 'cursors: SQL, JSON, numbers, other lists',
    expected: /^(400|200) BAD_USER_INPUT$/,
    run: (t) =>
      everyOf(['x', id('[1]'), id(`["a'; --",1]`), id('{"__proto__":{}}'), id('null'), 'A'.repeat(10_000)], (after) =>
        ask(t, `{ activations(after: ${JSON.stringify(after)}) { totalCount } }`),
      ),
  },
  {
    name: 'ids: SQL, other types, huge numbers, CRLF',
    expected: /^(400|200) BAD_USER_INPUT$/,
    run: (t) =>
      everyOf(
        [
          "Run:1' OR 1=1",
          'Run:-1',
          'Run:1e9',
          'Run:99999999999999999999',
          'Query:1',
          'Run:1\r\nx: y',
          '__proto__:1',
          'constructor:1',
          'Run:0x1',
        ],
        (text) => ask(t, node(id(text))),
      ),
  },
  {
    name: 'ids of keys and of other people’s things, without a key',
    expected: /^200 OK$/,
    run: (t) => everyOf(['ApiKey:1', 'ApiKey:2'], (text) => ask(t, node(id(text)))),
  },
  {
    name: 'fragments of SQL as names, filters and expressions',
    expected: /^200 (OK|NOT_FOUND|INVALID_EXPRESSION)$/,
    run: (t) =>
      lastOf(
        SQL.flatMap((text) => [
          ask(t, 'query ($d: String!) { dataset(name: $d) { id } }', { d: text }),
          ask(t, 'query ($d: String!) { activation(expression: $d) { id } }', { d: text }),
          ask(t, 'query ($d: String!) { activations(first: 1, filter: { contains: $d }) { totalCount } }', { d: text }),
        ]),
      ),
  },
  {
    name: '__proto__, constructor and toString as variables, fields and names',
    expected: /^(400|200) /,
    run: (t) =>
      lastOf([
        post(
          t,
          '{"query":"{ service { name } }","variables":{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}}',
        ),
        ask(t, '{ __proto__ }'),
        ask(t, '{ dataset(name: "__proto__") { id } }'),
        post(t, '{"query":"query constructor { service { name } }","operationName":"toString"}'),
      ]),
  },
  {
    name: 'NUL, lone surrogates, overlong UTF-8',
    expected: /^400 /,
    run: (t) =>
      lastOf([
        ask(t, 'query ($e: String!) { dataset(name: $e) { id } }', { e: '\0' }),
        ask(t, 'query ($e: String!) { dataset(name: $e) { id } }', { e: '\ud800' }),
        post(t, Buffer.from([0x7b, 0xc0, 0x80, 0x7d])),
      ]),
  },
  {
    name: '/export with .., %2e%2e, %00 and CRLF',
    expected: /^(400|404) /,
    run: (t) =>
      everyOf(
        [
          '/export/../../etc/passwd',
          '/export/..%2f..%2fetc%2fpasswd',
          '/export/%2e%2e/%2e%2e/package.json',
          '/export/a%00.json',
          '/export/a%0d%0ax:y.json',
          '/export/%',
          '//etc/passwd',
          '/export/nope.json',
        ],
        (path) => get(t, path),
      ),
  },
]

const aliases = (count: number, field: string) =>
  `{ ${Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ')} }`
const INTROSPECTION = `{ __schema { types { ${'fields { type { fields { name '.repeat(8)} ${'} } }'.repeat(8)} } } }`
const id = (text: string) => Buffer.from(text).toString('base64url')
const node = (text: string) => `{ node(id: "${text}") { id } }`
const SQL = [
  "'; DROP TABLE datasets; --",
  "' OR '1'='1",
  '1; SELECT pg_sleep(9)',
  "\\'; COPY x TO PROGRAM 'id'; --",
  '$1',
  '%_%',
]
