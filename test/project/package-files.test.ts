import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { findDataFolder } from '../../src/data-folder.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { makeFolder } from '../support/folder.js'

test('`npm pack` contains the built product with everything that it reads, and nothing to build', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(output) as { files: { path: string }[] }[]
  const paths = new Set(files.map(({ path }) => path))
  const page = readFileSync(join(PROJECT_ROOT, 'build/web/index.html'), 'utf8')
  const assets = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, path]) => `build/web/${path}`)
  assert.ok(assets.length >= 2)
  for (const path of [
    ...assets,
    ...assets.map((asset) => `${asset}.br`),
    'build/web/index.html',
    'build/documents/index.html',
    'bin/actbench.js',
    'backends/webgpu/package-lock.json',
    'build/src/cli.js',
    'build/src/supervise.js',
    'build/src/db/generated/client.js',
    'build/src/start/supervisor.js',
    'operations/leaderboard.graphql',
    'prisma/schema.prisma',
    'backends/webgpu/package.json',
  ]) {
    assert.ok(paths.has(path), path)
  }
  assert.ok([...paths].some((path) => path.startsWith('seed/mini-cnn/')))
  for (const path of paths)
    assert.doesNotMatch(path, /^(?:test|bench|tools|scripts|src|web|build\/(?:test|bench))\/|\.env$|\.actbench|\.map$/)
})

test('an installed package has its data in the folder of the user, unless the current folder has some', (t) => {
  const folder = makeFolder()
  const before = process.cwd()
  process.chdir(folder)
  t.after(() => process.chdir(before))
  assert.equal(findDataFolder({}, false), '.actbench')
  assert.equal(findDataFolder({ XDG_DATA_HOME: '/data' }, true), '/data/actbench')
  for (const named of ['', 'relative', undefined]) {
    assert.equal(findDataFolder({ XDG_DATA_HOME: named }, true), join(homedir(), '.local/share/actbench'))
  }
  mkdirSync('.actbench')
  assert.equal(findDataFolder({ XDG_DATA_HOME: '/data' }, true), '.actbench')
})
