import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineMembers } from '../../src/db/lazy-members.js'

test('a member is made when it is first read, once for each object, from the source of its object', () => {
  const made: string[] = []
  const create = defineMembers({
    list: (source: string) => {
      made.push(`list of ${source}`)
      return [source]
    },
    other: (source: string) => {
      made.push(`other of ${source}`)
      return source.length
    },
  })
  const first = create('first')
  const second = create('second')
  assert.deepEqual(made, [])
  assert.deepEqual(first.list, ['first'])
  assert.equal(first.list, first.list)
  assert.deepEqual(second.list, ['second'])
  assert.deepEqual(made, ['list of first', 'list of second'])
})

test('a member that could not be made is tried again', () => {
  let isBroken = true
  const create = defineMembers({
    value: (source: number) => {
      if (isBroken) throw new Error('not yet')
      return source + 1
    },
  })
  const object = create(1)
  assert.throws(() => object.value, /not yet/)
  isBroken = false
  assert.equal(object.value, 2)
})
