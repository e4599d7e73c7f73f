import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readAboutFile } from '../../../src/commands/datasets/about-file.js'
import { makeFolder } from '../../support/folder.js'

test('a description has what an export says, without what an import finds out itself', () => {
  const path = join(makeFolder(), 'about.json')
  const about = { name: 'a', version: '3', title: 'A', license: null, searchSpace: ['unary(x)'], sourceBytes: 7 }
  writeFileSync(path, JSON.stringify({ ...about, recipeDescription: 'SGD' }))
  assert.deepEqual(readAboutFile(path), { title: 'A', searchSpace: ['unary(x)'], recipeDescription: 'SGD' })
})

test('the error of a wrong description names the file and the field', () => {
  const path = join(makeFolder(), 'about.json')
  for (const [text, message] of [
    ['{"titel": "x"}', /about\.json: titel: unknown; expected one of title, description, .*recipeDescription$/],
    ['{"searchSpace": "unary(x)"}', /about\.json: searchSpace: .*expected array, received string$/],
    ['{"title": 3}', /about\.json: title: .*expected string, received number$/],
    ['[]', /about\.json: the file: .*expected object, received array$/],
    ['{', /about\.json: expected JSON, got .*$/],
  ] as const) {
    writeFileSync(path, text)
    assert.throws(() => readAboutFile(path), { message })
  }
})
