import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLog } from '../src/log.js'

function openLog(secrets: string[] = []) {
  const lines: string[] = []
  const log = createLog('trace', { process: 'test' }, secrets, { write: (line: string) => void lines.push(line) })
  return { log, lines }
}

test('secrets are removed from a log entry wherever they appear', () => {
  const secret = `abk_${'s3cret-_'.repeat(5)}`
  const given = 'a "quoted" \\ admin key of 24'
  const { log, lines } = openLog([given])
  log.info({ headers: { authorization: `Bearer ${secret}` } }, `key ${secret} came`)
  log.error({ err: new Error(`no such key: ${secret}`) })
  log.info({ authorization: 'Bearer some-other-token', key: given })
  log.warn({ url: 'postgresql://user:pa55word@host:5432/db?x=1' })
  log.info({ nested: { deep: [secret] } })
  assert.equal(lines.length, 5)
  const all = lines.join('')
  assert.doesNotMatch(all, /s3cret|some-other-token|quoted|pa55word/)
  assert.match(all, /postgresql:\/\/user:\[secret\]@host/)
  for (const line of lines) assert.ok(JSON.parse(line))
})

test('every log entry is one line of JSON with the unchanged text', () => {
  const { log, lines } = openLog()
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      lines.length = 0
      log.info({ requestId: text }, text)
      assert.equal(lines.length, 1)
      assert.equal(lines[0].trimEnd().split(/[\r\n\u2028\u2029]/).length, 1)
      const entry = JSON.parse(lines[0])
      if (!/bearer|basic|postgres|abk_|\p{Surrogate}/iu.test(text)) assert.equal(entry.msg, text)
    }),
    { numRuns: 300 },
  )
})

test('a text that looks like the end of an entry does not start another one', () => {
  const { log, lines } = openLog()
  log.info({ path: '/"}\n{"level":60,"msg":"forged"}' }, 'request\r\n{"level":60}')
  assert.equal(lines.join('').trimEnd().split('\n').length, 1)
  assert.equal(JSON.parse(lines[0]).level, 30)
})
