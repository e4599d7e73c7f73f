// Runs all checks that need no running product. Prints a line with the time of each, and at the end the failures.
//   node scripts/check.mjs                 all checks
//   node scripts/check.mjs types imports   these checks
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { findDocumentTool } from './document-tools.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (name) => join(root, 'node_modules/.bin', name)
const contract = join(root, '../shared/check-contract.mjs')

/** Each returns a description of the problem, or an empty text. */
const CHECKS = {
  build: async () => {
    await build()
    return ''
  },
  types: () => run(bin('tsc'), ['--noEmit', '-p', '.']),
  'page types': () => run(bin('tsc'), ['--noEmit', '-p', 'web']),
  style: () => run(bin('biome'), ['ci', '--colors=off', '.']),
  imports: () =>
    run(bin('depcruise'), [
      'src',
      'packages',
      'clients/typescript/src',
      'web/src',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
    ]),
  'dead code': () => run(bin('knip'), ['--no-progress', '--no-config-hints']),
  'API schema': () => runScript('emit-schema.mjs', '--check'),
  migrations: () => runScript('new-migration.mjs', '--check'),
  'table types': () => runScript('table-types.mjs', '--check'),
  packages: checkPackages,
  markdown: async () => run(findDocumentTool('markdownlint-cli2'), ['--config', 'tools/docs/.markdownlint-cli2.jsonc']),
  spelling: checkSpelling,
  ...(existsSync(contract) ? { contract: checkContract } : {}),
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(name in CHECKS))
if (unknown) throw new Error(`no such check; expected some of ${Object.keys(CHECKS).join(', ')}, got ${unknown}`)
const failures = []
for (const [name, check] of Object.entries(CHECKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const started = performance.now()
  const problem = await check().catch((error) => error.message)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${problem ? 'FAILED' : 'ok    '} ${name.padEnd(12)} ${seconds.padStart(5)} s`)
  if (problem) failures.push(`---- ${name}\n${problem.trim()}`)
}
if (failures.length > 0) {
  console.log(`\n${failures.join('\n\n')}`)
  process.exitCode = 1
}

function runScript(name, ...args) {
  return run(process.execPath, [join(root, 'scripts', name), ...args])
}

async function run(command, args) {
  const { status, output } = await capture(command, args)
  return status === 0 ? '' : output || `${command} ended with status ${status}`
}

function capture(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.once('error', (error) => done({ status: 1, output: error.message }))
    child.once('close', (status) => done({ status, output }))
  })
}

/** Correct words that it does not know go into tools/docs/words.txt. */
async function checkSpelling() {
  const options = ['--config', 'tools/docs/cspell.json', '--root', root, '--no-progress', '--no-summary', '--no-color']
  return run(findDocumentTool('cspell'), ['lint', ...options, '**/*.md', 'schema.graphql', '.github/**/*.{md,yml}'])
}

/** Versions are exact. The lock file names no host, so packages come from the registry that npm is configured for. */
async function checkPackages() {
  const backends = readdirSync(join(root, 'backends')).map((name) => `backends/${name}`)
  return ['.', 'tools/docs', 'bench/peers', 'clients/typescript', ...backends].flatMap(findPackageProblems).join('\n')
}

function findPackageProblems(folder) {
  const read = (name) => readFileSync(join(root, folder, name), 'utf8')
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version))
  const hosts = read('package-lock.json').match(/"resolved": "https?:/g) ?? []
  return [
    ...loose.map(([name, version]) => `${folder}/package.json: ${name}: expected an exact version, got ${version}`),
    ...(hosts.length > 0
      ? [`${folder}/package-lock.json: ${hosts.length} entries name a host; run npm with this project's .npmrc`]
      : []),
  ]
}

/** The public contract, if its file exists next to the project. Parts that come later are listed in contract-later.txt. */
async function checkContract() {
  const { output } = await capture(process.execPath, [contract, 'schema.graphql'])
  const listed = new Set(readFileSync(join(root, 'scripts/contract-later.txt'), 'utf8').split('\n').filter(Boolean))
  const found = output
    .split('\n')
    .filter((line) => line !== '' && !/^\d+ shortfalls$|holds the whole contract$/.test(line))
  const fatal = found.filter((line) => !listed.has(line))
  const done = [...listed].filter((line) => !found.includes(line))
  for (const line of found.filter((line) => listed.has(line))) console.log(`       to come: ${line}`)
  return [...fatal, ...done.map((line) => `contract-later.txt lists what is there: ${line}`)].join('\n')
}
