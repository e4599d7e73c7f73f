import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTaskFile, TASK_FILE } from '../networks/own-tasks/parse-task.js'
import { recallTask } from './remembered-tasks.js'

/** Where a process looks for the folders of tasks. */
export interface TaskPlaces {
  /** Remembers the folders of tasks that were added here. Null: nothing is remembered. */
  readonly dataFolder: string | null
  /** Each folder in it that has a task.json is one of a task. */
  readonly tasksFolder: string
  /** Folders that the command line names. */
  readonly named: readonly string[]
}

/** Folders that may have the data of the task of this name, without those that do not exist. */
export function findTaskFolders({ dataFolder, tasksFolder, named }: TaskPlaces, name: string): string[] {
  const remembered = dataFolder === null ? null : recallTask(dataFolder, name)
  const others = [...named, ...listFolders(tasksFolder)].filter((folder) => nameOf(folder) === name)
  return [...new Set([...(remembered ? [remembered.folder] : []), ...others])].filter((folder) => existsSync(folder))
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => join(folder, entry.name))
      .filter((inner) => existsSync(join(inner, TASK_FILE)))
      .sort()
  } catch {
    return []
  }
}

/** The name in the task.json of a folder; null if it cannot be read. The other fields may be wrong or of another version. */
function nameOf(folder: string): string | null {
  try {
    return readTaskFile(folder).name
  } catch {
    return null
  }
}
