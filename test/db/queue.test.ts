import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queueTask, removeTask, reprioritiseTask, taskIdentifier, taskKey } from '../../src/db/queue.js'
import { openTestDatabase } from '../support/database.js'

const database = await openTestDatabase()
const dataset = { name: 'mini-cnn', version: '1' }

interface TaskRow {
  key: string
  task_identifier: string
  priority: number
  run_at: Date
}

function listTasks(): Promise<TaskRow[]> {
  return database.prisma.$queryRaw`SELECT key, task_identifier, priority, run_at FROM graphile_worker.jobs ORDER BY id`
}

test('a task and its row are both written, or neither is', async () => {
  const jobKey = taskKey('train_activation', 1)
  const refused = database.prisma.$transaction(async (db) => {
    await queueTask(db.$kysely, 'train_activation', { trainingJobId: 1 }, { jobKey, priority: 0, dataset })
    throw new Error('rolled back')
  })
  await assert.rejects(refused, /rolled back/)
  assert.deepEqual(await listTasks(), [])
})

test('a task has the identifier of its dataset and version, its priority and the time of its request', async () => {
  const askedAt = new Date('2025-05-05T05:05:05.055Z')
  const jobKey = taskKey('train_activation', 7)
  await queueTask(database.kysely, 'train_activation', { trainingJobId: 7 }, { jobKey, priority: 10, dataset, askedAt })
  const [task] = await listTasks()
  assert.equal(task.key, 'train_activation:7')
  assert.equal(task.task_identifier, 'train_activation:mini-cnn@1')
  assert.equal(task.priority, 10)
  assert.deepEqual(task.run_at, askedAt)
  await removeTask(database.kysely, jobKey)
})

test('a waiting task is replaced by one with the same key, moved to another priority, and removed', async () => {
  const jobKey = taskKey('update_surrogate', 3)
  for (const priority of [5, 8]) {
    await queueTask(database.kysely, 'update_surrogate', { surrogateId: 3 }, { jobKey, priority })
  }
  assert.deepEqual(
    (await listTasks()).map(({ priority }) => priority),
    [8],
  )
  await reprioritiseTask(database.kysely, jobKey, 1)
  assert.equal((await listTasks())[0].priority, 1)
  await removeTask(database.kysely, jobKey)
  assert.deepEqual(await listTasks(), [])
})

test('an identifier without a dataset is the name of the task', () => {
  assert.equal(taskIdentifier('update_surrogate'), 'update_surrogate')
})
