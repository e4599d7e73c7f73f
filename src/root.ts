import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the project: the nearest parent folder with a package.json, so that built and source files agree. */
export const PROJECT_ROOT: string = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The version of the software. */
export function readVersion(): string {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')).version
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('package.json was not found above the running file')
  return findRoot(parent)
}
