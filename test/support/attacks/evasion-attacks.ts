import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, ask, everyOf, get, json, lastOf, post, type Target } from './attack-tools.js'

const LONG = `sum_n(${Array(250).fill('elish(x)').join(',')})`
/** An expression whose integral does not converge, with many operators that compute it. */
const POLE = `reciprocal(sub(sum_n(${Array(240).fill('bessel_i0e(x)').join(',')}),exp(x)))`
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ')

/** Operations that cost a server more than their price, and requests that nobody is charged for. */
export const EVASION_ATTACKS: readonly Attack[] = [
  {
    name: 'an answer of 600 MB: 100 expressions of 2,250 characters under 80 aliases, 18 times',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) => {
      const compare = aliases(18, 'compare(expressions: $e, datasets: ["mini-cnn"]) { ...F }')
      const fragment = `fragment F on Comparison { ${Array.from({ length: 80 }, (_, i) => `b${i}: expression`).join(' ')} }`
      return ask(t, `query ($e: [String!]!) { ${compare} } ${fragment}`, { e: Array(100).fill(LONG) })
    },
  },
  {
    name: 'a page behind @include, its size in a variable, a default, a fragment',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) => {
      const page = 'activations(first: $n) { nodes { neighbours(first: $n) { distance } } }'
      return everyOf(
        [
          `query ($n: Int = 100, $yes: Boolean = true) { ... @include(if: $yes) { ${page} } }`,
          `query ($n: Int = 100, $no: Boolean = false) { ... @skip(if: $no) { ${page} } }`,
          `query ($n: Int = 100) { ...A } fragment A on Query { ...B } fragment B on Query { ${page} }`,
        ],
        (query) => ask(t, query),
      )
    },
  },
  {
    name: 'sizes that are negative, null, too large, fractions, texts, -0, 1e400',
    expected: /^(400|200) BAD_USER_INPUT$/,
    run: (t) =>
      everyOf(['-1', 'null', '201', '2147483648', '1.5', '"20"', '1e400', '[5]', '{}', 'true'], (n) =>
        post(t, `{"query":"query ($n: Int) { activations(first: $n) { totalCount } }","variables":{"n":${n}}}`),
      ),
  },
  {
    name: '480 equal fields, which are compared with each other',
    expected: /^costs more than 300 units$/,
    run: async (t) => {
      const query = `{ rateLimit { cost ${'__typename '.repeat(480)} } }`
      const answer = await fetch(`${t.address}/graphql`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query }),
      })
      const { data } = (await answer.json()) as { data: { rateLimit: { cost: number } } }
      return data.rateLimit.cost > 300 ? 'costs more than 300 units' : `costs ${data.rateLimit.cost} units`
    },
  },
  {
    name: 'integrals with poles of 240 operators, 50 of them',
    expected: /^400 QUERY_TOO_COMPLEX$/,
    run: (t) =>
      ask(t, `query ($e: String!) { ${aliases(50, 'activation(expression: $e) { gaussianMean }')} }`, { e: POLE }),
  },
  {
    name: 'the health of the server while one of them is computed',
    expected: /^(alive|slow)$/,
    run: async (t) => {
      const asked = ask(t, 'query ($e: String!) { activation(expression: $e) { gaussianMean } }', { e: POLE })
      const startedAt = performance.now()
      await fetch(`${t.address}/healthz`)
      await asked
      return performance.now() - startedAt < 60_000 ? 'alive' : 'dead'
    },
  },
  {
    name: 'expressions: 4,097 characters, 513 operators, 33 levels, names of objects, non-ASCII, regular expressions',
    expected: /^(400|200) INVALID_EXPRESSION$/,
    run: (t) =>
      everyOf(
        [
          `x${' '.repeat(4097)}`,
          `sum_n(${Array(513).fill('x').join(',')})`,
          `${'abs('.repeat(33)}x${')'.repeat(33)}`,
          'constructor(x)',
          '__proto__(x)',
          'ｘ',
          'relu(х)',
          '(((((a+)+)+)+)+)',
          'x;x',
          '',
        ],
        (e) => ask(t, 'query ($e: String!) { activation(expression: $e) { id } }', { e }),
      ),
  },
  {
    name: 'texts that are patterns elsewhere: %, _, (a+)+$, \\, 1,000 characters, as filters',
    expected: /^200 OK$/,
    run: (t) =>
      everyOf(['%', '_', '(a+)+$', '\\', "'", '%'.repeat(1000)], (contains) =>
        ask(t, 'query ($c: String!) { activations(first: 1, filter: { contains: $c }) { totalCount } }', {
          c: contains,
        }),
      ),
  },
  {
    name: '1,001 unknown operators as filters',
    expected: /^400 |^200 BAD_USER_INPUT$/,
    run: (t) =>
      lastOf(
        [['nothing'], Array(1001).fill('relu'), ['__proto__'], ["relu'; --"]].map((operators) =>
          ask(t, 'query ($o: [String!]) { activations(filter: { operators: $o }) { totalCount } }', { o: operators }),
        ),
      ),
  },
  {
    name: 'JSON: keys twice, __proto__ deep inside, numbers of 1,000 digits, UTF-16, a BOM',
    expected: /^(200 OK|400 |415 )/,
    run: (t) =>
      lastOf([
        post(t, '{"query":"{ nothing }","query":"{ service { name } }"}'),
        post(t, '{"query":"{ service { name } }","variables":{"a":{"b":{"__proto__":{"x":1}}}}}'),
        post(t, `{"query":"{ service { name } }","variables":{"a":${'9'.repeat(1000)}}}`),
        post(t, Buffer.from('{"query":"{ service { name } }"}', 'utf16le')),
        post(t, '\ufeff{"query":"{ service { name } }"}'),
      ]),
  },
  {
    name: 'parameters twice, as lists and as objects: query=a&query=b, query[], extensions=[1]',
    expected: /^400 /,
    run: (t) =>
      everyOf(
        [
          'query=%7Ba%7D&query=%7Bb%7D',
          'query[]=x',
          'query=%7Bservice%7Bname%7D%7D&extensions=%5B1%5D',
          'variables=x',
          '',
        ],
        (text) => get(t, `/graphql?${text}`),
      ),
  },
  {
    name: 'content types: jsonp, JSON in another character set, two at once, none',
    expected: /^(400|415) /,
    run: (t) =>
      everyOf(['application/jsonp', 'application/x-json', 'application/json, text/plain', 'x', ''], (type) =>
        post(t, '{"query":"{ service { name } }"}', { 'content-type': type }),
      ),
  },
  {
    name: 'an export in 1,000 ranges, with If-Range; conditions twice, unknown, huge',
    expected: /^(200|400|404) /,
    run: (t) =>
      lastOf([
        get(t, `/export/${t.strange.dataset}.csv`, {
          range: `bytes=${Array(1000).fill('0-1').join(',')}`,
          'if-range': '"x"',
        }),
        get(t, `/export/${t.strange.dataset}.csv?validationAccuracy.min=1&validationAccuracy.min=2`),
        get(t, `/export/${t.strange.dataset}.csv?__proto__.min=1`),
        get(t, `/export/${t.strange.dataset}.csv?validationAccuracy.min=${'9'.repeat(5000)}`),
      ]),
  },
  {
    name: '300 questions for /readyz and 300 for the provenance of a dataset at once, and an operation at the same time',
    expected: /^200 OK$/,
    run: async (t) => {
      const paths = ['/readyz', `/export/${t.strange.dataset}.about.json`]
      const crowd = paths.flatMap((path) => Array.from({ length: 300 }, () => get(t, path)))
      await sleep(20)
      const answer = await ask(t, '{ datasets { totalCount } }')
      const worst = await lastOf(crowd)
      return /^(200|429|503) /.test(worst) ? answer : worst
    },
  },
  {
    name: 'a dataset’s worth of names for operations, for the labels of the metrics',
    expected: /^200 OK$/,
    run: (t: Target) =>
      lastOf(Array.from({ length: 200 }, (_, i) => ask(t, `query n${i}_${'x'.repeat(40)} { service { name } }`))),
  },
]
