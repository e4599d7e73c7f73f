import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../src/api-client/api.js'
import { NoAnswerError } from '../../src/api-client/no-answer-error.js'
import { openPatientApi } from '../../src/api-client/patient-api.js'

const DONE: Answer = { data: { a: 1 } }
const busy = (data: Answer['data'] = null): Answer => ({
  data,
  errors: [{ message: 'wait', extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 0 } }],
})
const lost = new NoAnswerError('lost', { isUnsent: false })
const unsent = new NoAnswerError('unsent', { isUnsent: true })

/** Sends one request after another to a service with these answers. Returns what came, and how often it was asked. */
async function send(answers: readonly (Answer | Error)[], requests: number, isRepeatable = true) {
  let asked = 0
  const api = openPatientApi(
    async () => {
      const answer = answers[asked++]
      if (answer instanceof Error) throw answer
      return answer
    },
    { seconds: 60, isRepeatable },
  )
  let last: Answer | Error = DONE
  for (let i = 0; i < requests; i++) {
    last = await api({ query: '', variables: {} }).catch((error) => error)
  }
  return { last, asked }
}

test('a busy service is asked again, and so is a service that was there before', async () => {
  assert.deepEqual(await send([busy(), DONE], 1), { last: DONE, asked: 2 })
  assert.deepEqual(await send([DONE, lost, unsent, DONE], 2), { last: DONE, asked: 4 })
})

test('a service that never answered is not asked again', async () => {
  assert.deepEqual(await send([unsent, DONE], 1), { last: unsent, asked: 1 })
})

test('a mutation that may have been done is not sent again', async () => {
  assert.deepEqual(await send([DONE, lost, DONE], 2, false), { last: lost, asked: 2 })
  assert.deepEqual(await send([DONE, unsent, DONE], 2, false), { last: DONE, asked: 3 })
  const half = busy({ a: 1, b: null })
  assert.deepEqual(await send([half, DONE], 1, false), { last: half, asked: 1 })
})
