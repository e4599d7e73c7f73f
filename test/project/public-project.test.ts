import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { PROJECT_ROOT } from '../../src/root.js'

const read = (name: string) => readFileSync(join(PROJECT_ROOT, name), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }

interface Workflow {
  readonly jobs: Record<string, { strategy?: { matrix: Record<string, number[]> }; steps: { run?: string }[] }>
}

test('the public workflow runs the commands of .ci/run on each Node.js, and the tests on each PostgreSQL', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as Workflow
  const commandsOf = (job: string) => jobs[job].steps.flatMap(({ run }) => (run ? [run] : []))
  const own = read('.ci/run')
    .split('\n')
    .filter((line) => /^(npm|node) /.test(line))
  assert.deepEqual(commandsOf('node'), own)
  assert.deepEqual(jobs.node.strategy?.matrix, { node: [20, 22, 24] })
  assert.deepEqual(jobs.postgres.strategy?.matrix, { postgres: [15, 16, 17, 18] })
  assert.ok(commandsOf('postgres').includes('npm test'))
})

test('the templates of issues are forms with a name, a description and a body', () => {
  const folder = join(PROJECT_ROOT, '.github/ISSUE_TEMPLATE')
  const forms = readdirSync(folder).filter((name) => name !== 'config.yml')
  assert.deepEqual(forms.sort(), ['bug.yml', 'feature.yml', 'wrong-result.yml'])
  for (const name of forms) {
    const form = parse(readFileSync(join(folder, name), 'utf8'))
    assert.ok(form.name && form.description && form.body.length > 0, name)
  }
})

test('packages, lock file, citation and changelog name the same version', () => {
  const lock = JSON.parse(read('package-lock.json'))
  const expression = JSON.parse(read('packages/expression/package.json'))
  const client = JSON.parse(read('clients/typescript/package.json'))
  const clientLock = JSON.parse(read('clients/typescript/package-lock.json'))
  const citation = parse(read('CITATION.cff'))
  const [, newest] = /^## \[(\d.*?)\]/m.exec(read('CHANGELOG.md')) ?? []
  assert.deepEqual(
    [
      ...[lock.version, lock.packages[''].version, lock.packages['packages/expression'].version],
      ...[expression.version, citation.version, newest],
      ...[client.version, clientLock.version, clientLock.packages[''].version],
    ],
    Array.from({ length: 9 }, () => version),
  )
  assert.equal(citation['cff-version'], '1.2.0')
  for (const field of ['message', 'title', 'authors', 'license']) assert.ok(citation[field], field)
})
