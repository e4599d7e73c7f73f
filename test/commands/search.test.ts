import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runActbench } from '../support/actbench.js'
import { makeFolder } from '../support/folder.js'

const simulate = (output: string, ...more: string[]) =>
  runActbench(['search', 'simulate', 'mini-cnn', '--algorithm', 'RANDOM', '--output', output, ...more], {})

test('simulate prints a table and writes curves; more seeds later are added to what is there', async (t) => {
  const output = join(makeFolder(t), 'made', 'random')
  const first = await simulate(output, '--seed', '0-2')
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stdout, /^\| algorithm .*\n\|-+.*\n\| RANDOM +\| \d+\.\d /)
  const read = () => JSON.parse(readFileSync(`${output}.json`, 'utf8'))
  const before = read()
  assert.equal(before.runs.length, 3)
  assert.match(readFileSync(`${output}.svg`, 'utf8'), /^<svg .*<\/svg>\n$/s)
  const second = await simulate(output, '--seed', '0-4')
  assert.match(second.stderr, /3 of 5 searches done/)
  assert.deepEqual(read().runs.slice(0, 3), before.runs)
  assert.equal(read().runs.length, 5)
})

test('a file of other settings is not written over', async (t) => {
  const output = join(makeFolder(t), 'random')
  await simulate(output, '--seed', '0')
  const before = readFileSync(`${output}.json`, 'utf8')
  const { status, stderr } = await simulate(output, '--seed', '0', '--share', '0.5')
  assert.equal(status, 1)
  assert.match(stderr, /holds something else .* remove it, or name another --output/)
  assert.equal(readFileSync(`${output}.json`, 'utf8'), before)
})

test('an unknown dataset, algorithm or share is told in one line', async () => {
  const unknown = await runActbench(['search', 'simulate', 'nowhere'], {})
  assert.equal(unknown.status, 1)
  assert.match(unknown.stderr, /^actbench: no dataset called 'nowhere'/)
  for (const [option, value] of [
    ['--algorithm', 'BEST'],
    ['--share', '0'],
    ['--seed', 'x'],
  ]) {
    const { status, stderr } = await runActbench(['search', 'simulate', 'mini-cnn', option, value], {})
    assert.equal(status, 1)
    assert.match(stderr, /expected/)
  }
})
