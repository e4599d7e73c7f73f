import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build, transform } from 'esbuild'
import { VERSION } from '../../clients/typescript/src/version.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { openTestApi } from '../support/api.js'
import { openSearchFixture } from '../support/fixtures/search-fixture.js'

const run = promisify(execFile)
const CLIENT = join(PROJECT_ROOT, 'clients/typescript')
/** Fewer bytes than this in the compressed package, so that nothing large gets in by accident. */
const MAX_PACKED_BYTES = 100_000
/** The packages of `npm ci` in the folder of the client, which only its tests use. */
const peers = join(process.env.ACTBENCH_CLIENT_PEERS ?? CLIENT, 'node_modules')
const hasGraphcache = existsSync(join(peers, '@urql/exchange-graphcache'))

const home = mkdtempSync(join(tmpdir(), 'actbench-client-'))
after(() => rmSync(home, { recursive: true, force: true }))
const installed = join(home, 'node_modules/@actbench/client')
const packed = await packClient()
const fixture = await openSearchFixture()
const api = await openTestApi(undefined, fixture.database)
const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
const secret = await api.createKey('ADMIN')

/** Packs the package as npm publishes it, and unpacks it in an empty folder, as npm installs it. */
async function packClient() {
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', home, CLIENT], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, npm_config_cache: join(home, 'cache'), npm_config_offline: 'true' },
  })
  const printed = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const [{ filename, files, size }] = printed as [{ filename: string; files: { path: string }[]; size: number }]
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(home, filename), '--strip-components=1', '-C', installed])
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  return { files: files.map(({ path }) => path), size }
}

test('the package has modules with types, a page and the license, and needs no other package', async () => {
  const others = packed.files.filter((path) => !/^dist\/.+\.(?:js|d\.ts)$/.test(path))
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json'])
  assert.ok(packed.size < MAX_PACKED_BYTES, `${packed.size} bytes`)
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  assert.equal(manifest.dependencies, undefined)
  for (const name of Object.keys(manifest.peerDependencies)) {
    assert.equal(manifest.peerDependenciesMeta[name].optional, true)
  }
  assert.equal(manifest.version, VERSION)
  assert.equal(readFileSync(join(installed, 'LICENSE'), 'utf8'), readFileSync(join(PROJECT_ROOT, 'LICENSE'), 'utf8'))
  const script = `import { createClient, DatasetsDocument, VERSION } from '@actbench/client'
import { typePolicies } from '@actbench/client/apollo'
import { graphcacheOptions } from '@actbench/client/urql'
const { datasets } = await createClient({ url: process.argv[2] }).query(DatasetsDocument)
console.log(VERSION, datasets.nodes[0].name, typeof typePolicies.Dataset, typeof graphcacheOptions)`
  writeFileSync(join(home, 'fresh.js'), script)
  const { stdout } = await run(process.execPath, [join(home, 'fresh.js'), address])
  assert.equal(stdout, `${VERSION} fitted object function\n`)
})

test('it runs in a browser that allows no code from texts', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@actbench/client'", resolveDir: home },
    ...{ bundle: true, format: 'iife', globalName: 'client', platform: 'browser', write: false, target: 'es2022' },
  })
  // Node.js has these as every browser has. The page has no process, and makes no code from texts.
  const globals = {
    fetch,
    URL,
    URLSearchParams,
    AbortController,
    TextDecoder,
    performance,
    crypto,
    setTimeout,
    clearTimeout,
  }
  const page = createContext({ ...globals, atob, address }, { codeGeneration: { strings: false, wasm: false } })
  const asked = runInContext(
    `${outputFiles[0].text}
    client.createClient({ url: address }).query(client.DatasetDocument, { name: 'fitted' }).then(({ dataset }) => dataset.name)`,
    page,
  )
  assert.equal(await asked, 'fitted')
})

/** The blocks of TypeScript of a page, as one program for this service. */
function readProgram(page: string): string {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  assert.ok(blocks.length > 0)
  return blocks
    .filter((code) => hasGraphcache || !code.includes('@urql/exchange-graphcache'))
    .join('\n')
    .replaceAll('mini-cnn', 'fitted')
    .replaceAll('http://127.0.0.1:4000', address)
    .replaceAll('the secret of your key', secret)
}

for (const [name, expected] of [
  ['docs/typescript.md', [/^1 \S+ 0\.\d+$/m, /^0\.\d+ INVALID_EXPRESSION /m, /^6$/m, /^12 12$/m, /\} 12$/m]],
  ['clients/typescript/README.md', [/expression: '/]],
] as const) {
  test(`the examples of ${name} have right types, and run`, async (t) => {
    const folder = mkdtempSync(join(home, 'page-'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    for (const packageName of [
      '@apollo/client',
      '@urql/core',
      '@urql/exchange-graphcache',
      'gql.tada',
      'graphql',
      '@types/node',
    ]) {
      const isPeer = packageName.startsWith('@urql') && hasGraphcache
      const target = join(isPeer ? peers : join(PROJECT_ROOT, 'node_modules'), packageName)
      const link = join(folder, 'node_modules', packageName)
      mkdirSync(dirname(link), { recursive: true })
      if (existsSync(target)) symlinkSync(target, link)
    }
    writeFileSync(join(folder, 'page.ts'), readProgram(join(PROJECT_ROOT, name)))
    const tsc = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc')
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck']
    await run(process.execPath, [tsc, ...options, 'page.ts'], { cwd: folder }).catch(({ stdout }) =>
      assert.fail(stdout),
    )
    const { code } = await transform(readFileSync(join(folder, 'page.ts'), 'utf8'), { loader: 'ts', format: 'esm' })
    writeFileSync(join(folder, 'page.js'), code)
    const { stdout } = await run(process.execPath, ['page.js'], { cwd: folder })
    for (const pattern of expected) assert.match(stdout, pattern)
    if (!hasGraphcache) t.diagnostic('without @urql/exchange-graphcache: run npm ci in clients/typescript')
  })
}

test('its types refuse wrong variables and fields', async () => {
  const text = `import { createClient, LeaderboardDocument, type ResultOf, type VariablesOf } from '@actbench/client'
const client = createClient({ url: '' })
const all = await client.query(LeaderboardDocument, { dataset: 'a', metric: 'TEST_LOSS' })
const rank: number | null | undefined = all.dataset?.leaderboard.nodes[0].rank
const variables: VariablesOf<typeof LeaderboardDocument> = { dataset: 'a', first: 2 }
const result: ResultOf<typeof LeaderboardDocument> = await client.query(LeaderboardDocument, variables)
// @ts-expect-error: the dataset is missing
await client.query(LeaderboardDocument, { first: 2 })
// @ts-expect-error: no such metric
await client.query(LeaderboardDocument, { dataset: 'a', metric: 'LOSS' })
// @ts-expect-error: no such field
all.dataset?.leaderboard.nodes[0].accuracy
// @ts-expect-error: no metric
await (await client.search('a')).optimize(() => ({ accuracy: 1 }))
await (await client.search('a', { budget: 2 })).optimize(async () => ({ validationAccuracy: 1, metadata: { a: [1] } }))
export default [rank, result]
`
  writeFileSync(join(home, 'use.ts'), text)
  const tsc = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom']
  await run(process.execPath, [tsc, ...options, 'use.ts'], { cwd: home }).catch(({ stdout }) => assert.fail(stdout))
})
