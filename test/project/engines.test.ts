import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly engines?: { readonly node?: string } }>>
}

test('the README names each package for which npm warns on Node.js 20', () => {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package-lock.json'), 'utf8')) as Lock
  const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8')
  const warned = Object.entries(packages)
    .filter(([, { engines }]) => /^\s*>=\s*2[1-9][\d.]*\s*$/.test(engines?.node ?? ''))
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
  assert.equal(warned.length, 4)
  for (const name of warned) assert.ok(readme.includes(`\`${name}\``), name)
})
