import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLineFile } from '../../src/bulk/append-lines.js'
import { makeFolder } from '../support/folder.js'

test('lines are appended to the existing ones', () => {
  const path = join(makeFolder(), 'lines')
  const first = openLineFile(path)
  assert.deepEqual(first.lines, [])
  first.append('one')
  first.append('zwölf')
  first.close()
  const second = openLineFile(path)
  assert.deepEqual(second.lines, ['one', 'zwölf'])
  second.append('three')
  second.close()
  assert.equal(readFileSync(path, 'utf8'), 'one\nzwölf\nthree\n')
})

test('a last line that is incomplete after a kill is removed', () => {
  const path = join(makeFolder(), 'lines')
  writeFileSync(path, 'öne\ntw')
  const file = openLineFile(path)
  assert.deepEqual(file.lines, ['öne'])
  file.append('two')
  file.close()
  assert.equal(readFileSync(path, 'utf8'), 'öne\ntwo\n')
})
