import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  countExpressions,
  enumerateExpressions,
  PLACEHOLDER_OPERATORS,
  parseSchema,
} from '../../src/activations/search-space.js'
import { computeSpaceClasses } from '../../src/datasets/space-classes.js'
import { runActbench, startActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import { waitUntil } from '../support/wait-until.js'

const SCHEMAS = ['unary(unary(x))', 'binary(unary(x),unary(x))']
const [SMALL, LARGE] = SCHEMAS.map((schema) => countExpressions(parseSchema(schema)))

test('a dry run needs no database and counts', async () => {
  const environment = { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' }
  const { status, stdout } = await runActbench(['space', 'add', ...SCHEMAS, '--dry-run'], environment)
  assert.equal(status, 0)
  assert.equal(
    stdout,
    `${SCHEMAS[0]}: ${SMALL} expressions\n${SCHEMAS[1]}: ${LARGE} expressions\n${SMALL + LARGE} in all; nothing was changed\n`,
  )
  const wrong = await runActbench(['space', 'add', 'unary(y)', '--dry-run'], environment)
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /^actbench: schema: unknown operator y at position 6; /)
})

test('a space that is added despite kills is complete and has no duplicates', async (t) => {
  const database = await openTestDatabase(t)
  const environment = { DATABASE_URL: database.url }
  const read = async (sql: string) => (await database.pool.query(sql)).rows
  const done = async () =>
    Number((await read(`SELECT done FROM space_additions WHERE schema = '${SCHEMAS[1]}'`))[0]?.done ?? 0)
  const [schema] = SCHEMAS.slice(1)
  for (let reached = 0; reached < LARGE; ) {
    const running = startActbench(['space', 'add', ...SCHEMAS], environment)
    const stored = await waitUntil(async () => {
      const now = await done()
      if (now > reached) return now
      return running.child.exitCode === null ? null : LARGE
    })
    running.child.kill('SIGKILL')
    await running.ended
    reached = Math.max(stored, await done())
    // The expressions that count as done are stored, and no others. Each is looked up by its number.
    const texts = [
      ...computeSpaceClasses(enumerateExpressions(parseSchema(schema), PLACEHOLDER_OPERATORS, { to: reached })),
    ]
      .flatMap(({ expressions }) => expressions)
      .sort()
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM expressions WHERE text = ANY($1)', [
      texts,
    ])
    assert.equal(rows[0].n, texts.length)
  }
  const last = await runActbench(['space', 'add', ...SCHEMAS], environment)
  const [line] = last.stdout.split('\n')
  assert.ok(line.startsWith(`${SCHEMAS[0]}: ${SMALL} of ${SMALL} expressions, `), line)
  assert.match(line, / 0 new spellings, 0 new functions, in /)

  const expected = computeSpaceClasses(SCHEMAS.flatMap((text) => [...enumerateExpressions(parseSchema(text))]))
  const stored = await read(
    `SELECT encode(a.identity, 'hex') AS identity, o.values,
       (SELECT array_agg(x.text ORDER BY x.length, x.text COLLATE "C") FROM expressions x WHERE x.activation_id = a.id) AS texts
     FROM activations a JOIN activation_outputs o ON o.activation_id = a.id`,
  )
  const found = new Map(stored.map((row) => [row.identity, row]))
  assert.equal(found.size, stored.length)
  for (const { identity, expressions, outputs } of expected) {
    const row = found.get(identity)
    assert.ok(row, expressions[0])
    const texts = new Set(row.texts)
    for (const text of expressions) assert.ok(texts.has(text), text)
    assert.deepEqual(new Float32Array(new Uint8Array(row.values).buffer), outputs)
  }
  const [{ n }] = await read(
    `SELECT count(*)::int AS n FROM activations a WHERE a.expression <>
       (SELECT x.text FROM expressions x WHERE x.activation_id = a.id ORDER BY x.length, x.text COLLATE "C" LIMIT 1)`,
  )
  assert.equal(n, 0, 'the representative is the shortest spelling')
})

test('two commands at once do not add the same space twice', async (t) => {
  const database = await openTestDatabase(t)
  const environment = { DATABASE_URL: database.url }
  assert.equal((await runActbench(['migrate'], environment)).status, 0)
  const schema = 'n-ary(unary(x),unary(x))'
  const both = await Promise.all([0, 1].map(() => runActbench(['space', 'add', schema], environment)))
  assert.ok(both.some(({ status }) => status === 0))
  for (const { status, stderr } of both) {
    if (status !== 0)
      assert.match(stderr, /^actbench: n-ary\(unary\(x\),unary\(x\)\): another command is adding this space$/m)
  }
  const { rows } = await database.pool.query(`SELECT done::int, size::int FROM space_additions`)
  const size = countExpressions(parseSchema(schema))
  assert.deepEqual(rows, [{ done: size, size }])
})
