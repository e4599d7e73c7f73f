import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameStatement } from '../../../src/db/connection/trace-statements.js'

test('a statement is named by its verb and its table, without values', () => {
  for (const [text, name] of [
    ['select "e"."id" from "evaluations" as "e" where "e"."id" = $1', 'SELECT evaluations'],
    ['SELECT "public"."api_keys"."id" FROM "public"."api_keys" WHERE 1=1', 'SELECT api_keys'],
    ['insert into "runs" ("seed") values ($1)', 'INSERT runs'],
    ['update "training_jobs" as "j" set "state" = $1', 'UPDATE training_jobs'],
    ['delete from "workers" where id = $1', 'DELETE workers'],
    ["select graphile_worker.add_job(identifier => 'secret')", 'SELECT graphile_worker.add_job'],
    ['BEGIN', 'BEGIN'],
    ['', 'STATEMENT'],
  ]) {
    assert.equal(nameStatement(text), name, text)
  }
})
