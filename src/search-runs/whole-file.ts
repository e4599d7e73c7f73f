import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Replaces a JSON file at once: a reader, or a command after a kill, never finds half of it. */
export function replaceJson(file: string, value: unknown): void {
  const part = writePart(file, value)
  renameSync(part, file)
}

/** Creates a JSON file unless it exists. Of several processes, one creates it. */
export function createJson(file: string, value: unknown): void {
  const part = writePart(file, value)
  try {
    // Unlike a rename, a link never replaces the file of another process.
    linkSync(part, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(part, { force: true })
  }
}

/** The content of a JSON file; null if there is none. Throws an error of one line if it is damaged. */
export function readJson<Content>(file: string): Content | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${file}: expected a JSON file of a search (${(error as Error).message})`)
  }
}

function writePart(file: string, value: unknown): string {
  const part = `${file}.${randomUUID()}.part`
  writeFileSync(part, `${JSON.stringify(value, null, 2)}\n`)
  return part
}
