import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'

test('`npm pack` contains the built pages and documents, and what the first start builds the rest from', () => {
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
    'scripts/build.mjs',
    'src/cli.ts',
    'prisma/schema.prisma',
    'web/build.mjs',
  ]) {
    assert.ok(paths.has(path), path)
  }
  assert.ok([...paths].some((path) => path.startsWith('seed/mini-cnn/')))
  for (const path of paths) assert.doesNotMatch(path, /^(?:test|bench|tools|src\/db\/generated)\/|\.env$|\.actbench/)
})
