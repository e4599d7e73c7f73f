import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { describeFailure } from '../../src/commands/describe-failure.js'
import { openTestDatabase } from '../support/database.js'

test('errors of this project are printed as they are, one line for each problem', () => {
  assert.equal(describeFailure(new Error('one\n\ntwo')), 'one\ntwo')
  assert.equal(describeFailure('thrown'), 'thrown')
})

test('an error without a message gives its code or its cause', async () => {
  const refused = await new Promise((done) => connect(1, '127.0.0.1').once('error', done))
  assert.match(describeFailure(new AggregateError([refused], '')), /^connect ECONNREFUSED/)
  assert.equal(describeFailure(Object.assign(new Error(''), { code: 'EPIPE' })), 'EPIPE')
})

test('an error of the database client gives its last line and not the source of the call', async (t) => {
  const { prisma } = await openTestDatabase(t)
  const error = await prisma.apiKey.create({ data: {} as never }).catch((error: unknown) => error)
  assert.match(describeFailure(error), /^Argument `\w+` is missing\.$/)
})
