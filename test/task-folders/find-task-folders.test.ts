import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTaskFile } from '../../src/networks/own-tasks/parse-task.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { findTaskFolders } from '../../src/task-folders/find-task-folders.js'
import { forgetTask, listRememberedTasks, recallTask, rememberTask } from '../../src/task-folders/remembered-tasks.js'
import { makeFolder } from '../support/folder.js'

const IRIS = join(PROJECT_ROOT, 'test/data/iris-task')

test('folders are found by the name in task.json: remembered, named, or in the folder of tasks', () => {
  const [dataFolder, tasksFolder] = [makeFolder(), makeFolder()]
  const inner = join(tasksFolder, 'inner')
  cpSync(IRIS, inner, { recursive: true })
  mkdirSync(join(tasksFolder, 'other'))
  writeFileSync(join(tasksFolder, 'other/task.json'), '{')
  const remembered = join(makeFolder(), 'iris')
  cpSync(IRIS, remembered, { recursive: true })
  rememberTask(dataFolder, { folder: remembered, definition: readTaskFile(IRIS) })
  const places = { dataFolder, tasksFolder, named: [IRIS] }
  assert.deepEqual(findTaskFolders(places, 'iris'), [remembered, IRIS, inner])
  assert.deepEqual(findTaskFolders(places, 'digits'), [])
  rmSync(remembered, { recursive: true })
  assert.deepEqual(findTaskFolders({ ...places, named: [] }, 'iris'), [inner])
})

test('a remembered task is replaced at once, listed and forgotten', () => {
  const dataFolder = join(makeFolder(), 'data')
  assert.deepEqual([listRememberedTasks(dataFolder), recallTask(dataFolder, 'iris')], [[], null])
  const definition = readTaskFile(IRIS)
  rememberTask(dataFolder, { folder: '/a', definition })
  rememberTask(dataFolder, { folder: '/b', definition })
  assert.deepEqual(readdirSync(join(dataFolder, 'own-tasks')), ['iris.json'])
  assert.deepEqual([listRememberedTasks(dataFolder), recallTask(dataFolder, 'iris')?.folder], [['iris'], '/b'])
  writeFileSync(join(dataFolder, 'own-tasks/iris.json'), '{"folder"')
  assert.equal(recallTask(dataFolder, 'iris'), null)
  forgetTask(dataFolder, 'iris')
  forgetTask(dataFolder, 'iris')
  assert.deepEqual(listRememberedTasks(dataFolder), [])
})
