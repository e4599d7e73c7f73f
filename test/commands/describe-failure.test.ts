import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { describeFailure } from '../../src/commands/describe-failure.js'
import { openTestDatabase } from '../support/database.js'

test('errors of our own are said as they are, a line for each problem', () => {
  assert.equal(describeFailure(new Error('one\n\ntwo')), 'one\ntwo')
  assert.equal(describeFailure('thrown'), 'thrown')
})

test('an error without words gives its code or its cause', async () => {
  const refused = await new Promise((done) => connect(1, '127.0.0.1').once('error', done))
  assert.match(describeFailure(new AggregateError([refused], '')), /^connect ECONNREFUSED/)
  assert.equal(describeFailure(Object.assign(new Error(''), { code: 'EPIPE' })), 'EPIPE')
})

test('of an error of the database client the last line is said, not the source of the call', async (t) => {
  const { prisma } = await openTestDatabase(t)
  const error = await prisma.apiKey.create({ data: {} as never }).catch((error: unknown) => error)
  assert.match(describeFailure(error), /^Argument `\w+` is missing\.$/)
})
