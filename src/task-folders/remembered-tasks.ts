import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'

/** What this machine remembers of a task that was added here. */
export interface RememberedTask {
  /** Absolute path of the folder with its data. */
  readonly folder: string
  /** As it was registered. */
  readonly definition: TaskDefinition
}

/** Remembers the folder of a task in the data folder. A file of the same task is replaced at once. */
export function rememberTask(dataFolder: string, task: RememberedTask): void {
  const file = fileOf(dataFolder, task.definition.name)
  mkdirSync(folderOf(dataFolder), { recursive: true, mode: 0o711 })
  const draft = `${file}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(task, null, 2)}\n`)
  renameSync(draft, file)
}

export function forgetTask(dataFolder: string, name: string): void {
  rmSync(fileOf(dataFolder, name), { force: true })
}

/** What is remembered of the task of this name; null if nothing is, or if its file is damaged. */
export function recallTask(dataFolder: string, name: string): RememberedTask | null {
  try {
    return JSON.parse(readFileSync(fileOf(dataFolder, name), 'utf8')) as RememberedTask
  } catch {
    return null
  }
}

/** Names of all remembered tasks. */
export function listRememberedTasks(dataFolder: string): string[] {
  try {
    return readdirSync(folderOf(dataFolder))
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => file.slice(0, -EXTENSION.length))
      .sort()
  } catch {
    return []
  }
}

const EXTENSION = '.json'

function folderOf(dataFolder: string): string {
  return join(dataFolder, 'own-tasks')
}

function fileOf(dataFolder: string, name: string): string {
  return join(folderOf(dataFolder), `${name}${EXTENSION}`)
}
